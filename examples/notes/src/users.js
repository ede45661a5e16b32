import { adapter, db } from "./database.js"
import { toPages } from "./pages.js"

export const roles = ["member", "admin"]

/** Returns a page of the users, each with the number of their notes. */
export async function listUsers(page) {
  const count = db.selectFrom("users").select(({ fn }) => fn.countAll().as("total"))
  const pages = toPages((await count.executeTakeFirstOrThrow()).total, page)
  const items = await db
    .selectFrom("users")
    .select(["id", "name", "email", "role"])
    .select(({ selectFrom }) =>
      selectFrom("notes")
        .whereRef("notes.user_id", "=", "users.id")
        .select(({ fn }) => fn.countAll().as("count"))
        .as("notes"),
    )
    .orderBy("email")
    .orderBy("id")
    .limit(pages.size)
    .offset(pages.offset)
    .execute()
  return { ...pages, items: items.map((user) => ({ ...user, role: user.role ?? "member" })) }
}

/** Gives a user a role. Returns whether there is such a user. */
export async function setRole(id, role) {
  if (!(await adapter.getUser(id))) return false
  await adapter.updateUser({ id, role })
  return true
}

/** Renames a user. */
export async function setName(id, name) {
  await adapter.updateUser({ id, name })
}
