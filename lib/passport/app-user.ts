import type { SessionStart } from "../actions/start-session.js"
import { ExpressAuthError } from "../errors.js"

type AppUser = SessionStart["user"]

/**
 * A user object of an app's as the callbacks of Auth.js expect one: a text as `id`, texts or nothing as `name`, `email` and
 * `image`. Models of ORMs are asked for their plain form (`toJSON`), since much of them are getters.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LOGIN` where there is no `id` to know the user by
 */
export function toAppUser(user: unknown): AppUser {
  const known = Object(user) as Record<string, unknown>
  const { id, name, displayName, email, image } = known
  const text = typeof id === "number" || typeof id === "bigint" ? String(id) : id
  if (!isText(text) || text === "" || text === "NaN") throw withoutId(id)
  const plain = typeof known.toJSON === "function" ? known.toJSON() : known
  return {
    ...Object(plain),
    id: text,
    name: textOf(isText(name) ? name : displayName),
    email: textOf(email),
    image: textOf(image),
  }
}

/** What is no text, such as the parts of a name, is not for a session to show. */
function textOf(value: unknown): string | null {
  return isText(value) ? value : null
}

function isText(value: unknown): value is string {
  return typeof value === "string"
}

function withoutId(id: unknown): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_LOGIN",
    `The user that signs in has ${describe(id)} as \`id\`; expected a text or a number. Sessions know people by it: pass ` +
      "an object such as { id: row.user_id, name: row.name }.",
  )
}

function describe(id: unknown): string {
  if (id === "") return "an empty text"
  return typeof id === "object" && id !== null ? "an object" : String(id)
}
