import type { Account } from "@auth/core/types"
import { decodeJwt, type JWTPayload } from "jose"
import { type ProviderSession, toProviderSession } from "./provider-session.js"

/** The session at an OpenID provider that a sign-in belongs to, as its id_token says; nobody else has such sessions. */
export function providerSessionOf(account: Account | null | undefined): ProviderSession | undefined {
  if (account?.type !== "oidc") return
  return toProviderSession(account.provider, claimsOfIdToken(account.id_token)?.sid)
}

/** @returns `undefined` for what is no JWT */
export function claimsOfIdToken(idToken: unknown): JWTPayload | undefined {
  try {
    return typeof idToken === "string" ? decodeJwt(idToken) : undefined
  } catch {
    return undefined
  }
}
