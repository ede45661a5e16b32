import { AdapterError } from "@auth/core/errors"
import { ExpressAuthError } from "../../errors.js"
import type { AuthContext } from "../../http/auth-context.js"
import { readSession } from "../../session/get-session.js"
import { identifySession, type SessionIdentity } from "../../session/identify-session.js"
import { checkFreshness, signInProofOf } from "../../session/sign-in-proof.js"

/** Seconds since the sign-in within which users may change their sign-in methods, unless the app sets another limit. */
const usualMaxAge = 10 * 60

/** What a sign-in must fulfil before sign-in methods can be changed. */
export interface Recency {
  /** Seconds. @default 600 */
  readonly maxAge?: number | undefined
  /**
   * Types of provider whose sign-ins count although nothing proves that the user was prompted.
   *
   * @default all, for a user without a passkey or a proven email address
   */
  readonly trust?: readonly string[] | undefined
}

/**
 * Requires a recent sign-in, and returns its session. Access to an unattended browser must not suffice to add a sign-in
 * method. A provider that signs users in without a prompt proves nothing; it counts only for users who have no better
 * method, who otherwise could never change anything.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_UNAUTHENTICATED`, `ERR_AUTH_REAUTHENTICATE`, `ERR_AUTH_UNPROVEN` (401),
 * `ERR_AUTH_SESSION` (503)
 *
 * @throws {AdapterError} if the database fails
 */
export async function requireRecentSession(
  { req, config }: Pick<AuthContext, "req" | "config">,
  { maxAge = usualMaxAge, trust }: Recency = {},
): Promise<SessionIdentity> {
  const reading = await readSession(req, config)
  const identity = identifySession(reading)
  if (!identity) throw refusal("ERR_AUTH_UNAUTHENTICATED", "Sign in first.")
  const freshness = checkFreshness(signInProofOf(reading), { maxAge, trust })
  if (freshness === "fresh") return identity
  if (freshness === "stale")
    throw refusal(
      "ERR_AUTH_REAUTHENTICATE",
      `This requires a sign-in within the last ${maxAge} seconds. Sign in again.`,
    )
  if (!trust && !(await hasBetterMethod(config, identity.userId))) return identity
  throw refusal(
    "ERR_AUTH_UNPROVEN",
    "The provider did not confirm that it prompted the user. Sign in by mail or with a passkey.",
  )
}

function refusal(
  code: "ERR_AUTH_UNAUTHENTICATED" | "ERR_AUTH_REAUTHENTICATE" | "ERR_AUTH_UNPROVEN",
  message: string,
) {
  return new ExpressAuthError(code, message, { status: 401 })
}

/**
 * Whether the user has a method that prompts every time: mail to a proven address, or a passkey. Passwords are known
 * only to the app, and only an attempt shows whether an OpenID provider prompts.
 */
async function hasBetterMethod(
  { providers, adapter }: AuthContext["config"],
  userId: string,
): Promise<boolean> {
  const types = new Set(providers.map(({ type }) => type))
  try {
    const user = types.has("email") ? await adapter?.getUser?.(userId) : null
    if (user?.email && user.emailVerified) return true
    const passkeys = types.has("webauthn") ? await adapter?.listAuthenticatorsByUserId?.(userId) : []
    return passkeys !== undefined && passkeys.length > 0
  } catch (error) {
    const cause = { err: error instanceof Error ? error : new Error(String(error)) }
    throw new AdapterError("Could not read the user's other sign-in methods", { cause })
  }
}
