import type { SessionStart } from "../actions/start-session.js"
import { ExpressAuthError } from "../errors.js"

type AppUser = SessionStart["user"]

/**
 * Converts an app's user object to the form that Auth.js callbacks expect: `id` is a string; `name`, `email` and
 * `image` are strings or `null`. An ORM model is converted with its `toJSON()`, because most of its properties are
 * getters.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LOGIN` when `id` is missing or is neither a string nor a number
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

/** Drops values that a session cannot show, such as a name split into parts. */
function textOf(value: unknown): string | null {
  return isText(value) ? value : null
}

function isText(value: unknown): value is string {
  return typeof value === "string"
}

function withoutId(id: unknown): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_LOGIN",
    `The user passed to req.login() has ${describe(id)} as \`id\`; expected a non-empty string or a number. Pass an object ` +
      "such as { id: row.user_id, name: row.name }.",
  )
}

function describe(id: unknown): string {
  if (id === "") return "an empty string"
  return typeof id === "object" && id !== null ? "an object" : String(id)
}
