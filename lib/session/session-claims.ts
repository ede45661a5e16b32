import { randomUUID } from "node:crypto"
import type { JWT } from "@auth/core/jwt"
import { type ProviderSession, readProviderSession } from "./provider-session.js"

/** The claims of a session token that describe the session itself. */
export interface SessionClaims {
  /** The session's id, stable from sign-in to sign-out. */
  readonly sid: string
  /** When the user signed in (OpenID Connect's `auth_time`), in seconds since 1970 with millisecond fractions. */
  readonly auth_time: number
  /** The OpenID provider's session in which this one was started. */
  readonly idp_session?: ProviderSession
}

/** Facts about a sign-in that its session keeps. */
export interface SignInFacts {
  /** How the user signed in, with the values of `SignInProof.methods`. */
  readonly methods: readonly string[]
  /** The OpenID provider's session in which this one was started. */
  readonly providerSession?: ProviderSession | undefined
  /** Whether the session outlives the browser. @default true */
  readonly remembered?: boolean | undefined
  /** When the user signed in. @default now */
  readonly authTime?: Date | undefined
}

/** The sign-in that started a database session, as kept in its row or companion cookie. */
export interface SignInRecord extends Omit<SignInFacts, "authTime"> {
  /** When the user signed in. */
  readonly startedAt: Date
  /** Whether the session outlives the browser. */
  readonly remembered: boolean
  /** The claim of the tenant that the session was issued for. */
  readonly tenant?: string | undefined
}

/** Returns the claims of a new session. Discards claims of an older session or a callback. */
export function beginSession(
  token: JWT,
  { methods, providerSession, remembered, authTime }: SignInFacts,
): JWT {
  const { idp_session: _session, auth_methods: _methods, auth_remembered: _remembered, ...others } = token
  const { auth_tenant: _tenant, ...rest } = others
  return {
    ...rest,
    ...{ sid: randomUUID(), auth_time: (authTime?.getTime() ?? Date.now()) / 1000 },
    ...(methods.length > 0 && { auth_methods: methods }),
    ...(providerSession && { idp_session: providerSession }),
    ...(remembered === false && { auth_remembered: false }),
  }
}

/** Returns how the user signed in; empty if the token does not record it. */
export function methodsOf({ auth_methods: methods }: JWT): readonly string[] {
  return Array.isArray(methods) ? methods.filter((method) => typeof method === "string") : []
}

/**
 * Reads the claims of a token. A token issued by Auth.js is identified by its `jti`, and its session starts at `iat`.
 */
export function claimsOf({ sid, jti, sub, auth_time, iat, idp_session }: JWT): SessionClaims {
  const issued = typeof iat === "number" ? iat : 0
  return {
    sid: typeof sid === "string" ? sid : String(jti ?? `${sub}.${issued}`),
    auth_time: typeof auth_time === "number" ? auth_time : issued,
    ...(readProviderSession(idp_session) && { idp_session: idp_session as ProviderSession }),
  }
}

/** Returns when a session started, with millisecond precision. */
export function startedAt({ auth_time }: SessionClaims): Date {
  return new Date(Math.round(auth_time * 1000))
}

const ownClaims = [
  "sid",
  "auth_time",
  "auth_methods",
  "auth_remembered",
  "auth_tenant",
  "idp_session",
  "provider_tokens",
  "iat",
  "exp",
  "jti",
] as const

/** Picks the claims that callbacks must not change, for `restoreClaims`. */
export function pickOwnClaims(token: JWT): JWT {
  return Object.fromEntries(
    ownClaims.filter((name) => token[name] !== undefined).map((name) => [name, token[name]]),
  )
}

/**
 * Restores our claims after a callback, which may have built its token from scratch, and removes those it added: a
 * callback that spreads update data into the token would let the visitor set them (`trigger: "update"`).
 */
export function restoreClaims(token: JWT, own: JWT): JWT {
  if (ownClaims.every((name) => token[name] === own[name])) return token
  const restored = { ...token, ...own }
  for (const name of ownClaims) if (own[name] === undefined) delete restored[name]
  return restored
}
