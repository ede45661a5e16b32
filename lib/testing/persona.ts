import { testingError } from "./testing-error.js"

/** The claims of a user at a {@link fakeProvider}. */
export interface Persona {
  /** The id of the account. */
  readonly sub: string
  /** The full name. */
  readonly name?: string
  /** The address. */
  readonly email?: string
  /** Whether the provider has verified the address. */
  readonly email_verified?: boolean
  /** The address of a picture. */
  readonly picture?: string
  /** Other claims, see the option `claims`. */
  readonly [claim: string]: unknown
}

/** The persona of a provider that is told no other. */
export const ada: Persona = {
  sub: "ada",
  name: "Ada Lovelace",
  email: "ada@example.com",
  email_verified: true,
}

/** The claims of the scope `profile` (OpenID Connect Core 1.0, section 5.4). */
export const profileClaims = [
  ...["name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile"],
  ...["picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"],
]

/** The claims of the scope `email`. */
export const emailClaims = ["email", "email_verified"]

/** Claims that many providers send in addition. */
export const commonClaims = ["roles", "groups"]

/** The claims that every persona may have. */
export const standardClaims = ["sub", ...profileClaims, ...emailClaims, ...commonClaims]

/**
 * Checks that the provider sends every claim of a persona.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_TESTING`
 */
export function requireKnownClaims(persona: Persona, known: ReadonlySet<string>): void {
  if (typeof persona.sub !== "string" || persona.sub === "")
    throw testingError('A persona of fakeProvider() needs `sub`, the id of its account, e.g. sub: "ada".')
  const unknown = Object.keys(persona).filter((claim) => !known.has(claim))
  if (unknown.length === 0) return
  const list = unknown.map((claim) => `"${claim}"`).join(", ")
  throw testingError(
    `The persona has ${list}, which the provider does not send: start it with fakeProvider({ claims: [${list}] }).`,
  )
}
