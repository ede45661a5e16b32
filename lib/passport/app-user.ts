import type { SessionStart } from "../actions/start-session.js"
import { ExpressAuthError } from "../errors.js"

type AppUser = SessionStart["user"]

/**
 * A user object of an app's as the callbacks of Auth.js expect one: the `id` a text, and a text or nothing as `name`. One
 * that is so already is handed on as it is, with whatever methods it has.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LOGIN` where there is no `id` to know the user by
 */
export function toAppUser(user: unknown): AppUser {
  if (isAppUser(user)) return user
  const { id, name, displayName } = Object(user) as Record<string, unknown>
  const text = typeof id === "number" || typeof id === "bigint" ? String(id) : id
  if (typeof text !== "string" || text === "" || text === "NaN") throw withoutId(id)
  return { ...Object(user), id: text, name: [name, displayName].find(isText) ?? null }
}

function isAppUser(user: unknown): user is AppUser {
  const { id, name } = Object(user) as Record<string, unknown>
  return isText(id) && id !== "" && isText(name)
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
