import { randomUUID } from "node:crypto"
import type { JWT } from "@auth/core/jwt"
import { type ProviderSession, readProviderSession } from "./provider-session.js"

/** What a session token says of the session itself. */
export interface SessionClaims {
  /** The session's own id, from sign-in to sign-out; re-issued tokens keep it. */
  readonly sid: string
  /** Seconds since 1970, with milliseconds as decimals: when the person signed in (OpenID Connect's `auth_time`). */
  readonly auth_time: number
  /** The provider's session it was begun in, where an OpenID provider was asked. */
  readonly idp_session?: ProviderSession
}

/** What is known of a sign-in, for the session that is made of it. */
export interface SignInFacts {
  /** How the person signed in, as `SignInProof` has it. */
  readonly methods: readonly string[]
  /** In which session of an OpenID provider. */
  readonly providerSession?: ProviderSession | undefined
  /** Whether the session outlives the browser. @default true */
  readonly remembered?: boolean | undefined
}

/** What is known of the sign-in that a database session was begun by. */
export interface SignInRecord extends SignInFacts {
  /** When the person signed in. */
  readonly begunAt: Date
  readonly remembered: boolean
  /** For which tenant the session was issued. */
  readonly tenant?: string
}

/** Starts a session: whatever an older session or a callback left in the token does not count. */
export function beginSession(token: JWT, { methods, providerSession, remembered }: SignInFacts): JWT {
  const { idp_session: _former, auth_methods: _others, auth_remembered: _wish, ...others } = token
  const { auth_tenant: _tenant, ...rest } = others
  return {
    ...rest,
    ...{ sid: randomUUID(), auth_time: Date.now() / 1000 },
    ...(methods.length > 0 && { auth_methods: methods }),
    ...(providerSession && { idp_session: providerSession }),
    ...(remembered === false && { auth_remembered: false }),
  }
}

/** Whether a session is to outlive the browser, as far as its token says; only those that are not say so. */
export function rememberedOf({ auth_remembered }: JWT): boolean {
  return auth_remembered !== false
}

/** How the person signed in; nothing where a token does not say. */
export function methodsOf({ auth_methods: methods }: JWT): readonly string[] {
  return Array.isArray(methods) ? methods.filter((method) => typeof method === "string") : []
}

/** The claims of a token; one that was made without us is known by its `jti` and began when it was issued. */
export function claimsOf({ sid, jti, sub, auth_time, iat, idp_session }: JWT): SessionClaims {
  const issued = typeof iat === "number" ? iat : 0
  return {
    sid: typeof sid === "string" ? sid : String(jti ?? `${sub}.${issued}`),
    auth_time: typeof auth_time === "number" ? auth_time : issued,
    ...(readProviderSession(idp_session) && { idp_session: idp_session as ProviderSession }),
  }
}

/** When a session began, to the millisecond. */
export function begunAt({ auth_time }: SessionClaims): Date {
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

/** The claims that are not the callbacks' to change, to be put back with `restoreClaims`. */
export function pickOwnClaims(token: JWT): JWT {
  return Object.fromEntries(
    ownClaims.filter((name) => token[name] !== undefined).map((name) => [name, token[name]]),
  )
}

/**
 * Puts back what a callback dropped or changed, since it may have made its token from nothing, and takes out what it added:
 * what it spreads into the token may come from a visitor (`trigger: "update"`).
 */
export function restoreClaims(token: JWT, own: JWT): JWT {
  if (ownClaims.every((name) => token[name] === own[name])) return token
  const restored = { ...token, ...own }
  for (const name of ownClaims) if (own[name] === undefined) delete restored[name]
  return restored
}
