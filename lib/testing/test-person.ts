import type { User } from "@auth/core/types"
import { nearestOf } from "../config/find-nearest.js"
import type { ExpressAuthHandler } from "../express-auth.js"
import { testingError } from "./testing-error.js"

/** A user of a test: the fields of Auth.js, and those of the app. */
export type TestUser = Readonly<Partial<User>> & { readonly [field: string]: unknown }

/** Who is signed in, and how. */
export interface TestPerson {
  /**
   * The user. With an adapter it is looked up by `id` or else by `email`, and created if there is none; the other fields
   * are stored in either case.
   *
   * Without `email` the address is derived from the name: `ada@example.com` for Ada, so that the same name is the same
   * user. `email: null` is a user without an address.
   *
   * @default { name: "Test User" }
   */
  readonly user?: TestUser
  /**
   * Roles of the user, passed to your callbacks as `user.role` (the first) and `user.roles` (all). The session must
   * have them in the end, else the call throws.
   */
  readonly roles?: readonly string[]
  /** When the user signed in, for guards with `maxAge`. @default now */
  readonly authTime?: Date
  /**
   * How the user signed in, with the values of `session.methods`: `["credentials"]`, `["oidc", "proven"]`, …
   *
   * @default a sign-in with the first provider of the configuration; at an OpenID provider a proven one
   */
  readonly methods?: readonly string[]
  /** Whether the session outlives the browser. @default what `session.remember` says */
  readonly remember?: boolean
  /** The handler that `ExpressAuth()` returned. @default the only one that the app has mounted */
  readonly auth?: ExpressAuthHandler
  /**
   * The origin at which clients reach the app, e.g. `https://shop.example`, for apps whose configuration or `hosts`
   * depend on it.
   *
   * @default "http://127.0.0.1"
   */
  readonly origin?: string
}

const known: readonly (keyof TestPerson)[] = [
  "user",
  "roles",
  "authTime",
  "methods",
  "remember",
  "auth",
  "origin",
]

/**
 * Checks what a test passed: a misspelt name would otherwise sign in another person than the test says.
 *
 * @param name the called function, e.g. `signedIn()`
 * @throws {ExpressAuthError} `ERR_AUTH_TESTING`
 */
export function checkPerson(person: TestPerson, name: string): void {
  const unknown = Object.keys(person).find((key) => !known.some((other) => other === key))
  if (unknown !== undefined) {
    throw testingError(
      `${name} has no option "${unknown}". Did you mean "${nearestOf(unknown, known)}"? Known: ${known.join(", ")}.`,
    )
  }
  if (person.authTime !== undefined && Number.isNaN(Number(person.authTime)))
    throw testingError(`\`authTime\` of ${name} is an invalid date; expected a Date.`)
  if (person.origin !== undefined && !/^https?:\/\/[^/]+\/?$/.test(person.origin))
    throw testingError(
      `\`origin\` of ${name} is "${person.origin}"; expected scheme and host, e.g. "https://shop.example".`,
    )
}
