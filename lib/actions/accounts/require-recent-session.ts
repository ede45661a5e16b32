import { AdapterError } from "@auth/core/errors"
import { ExpressAuthError } from "../../errors.js"
import type { AuthContext } from "../../http/auth-context.js"
import { readSession } from "../../session/get-session.js"
import { identifySession, type SessionIdentity } from "../../session/identify-session.js"
import { checkFreshness, signInProofOf } from "../../session/sign-in-proof.js"

/** Seconds after a sign-in within which users may change how they sign in, unless the app sets another limit. */
const usualMaxAge = 10 * 60

/** The sign-in that is required to change how a user signs in. */
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
 * Requires a recent sign-in, and returns its session. An unattended browser must not be enough to add a way in, nor
 * must a provider that signs its user in without a prompt; but users without any other way to sign in than such a
 * provider could never change that, so for them it counts.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_UNAUTHENTICATED`, `ERR_AUTH_REAUTHENTICATE`, `ERR_AUTH_UNPROVEN` (401),
 * `ERR_AUTH_SESSION` (503)
 * @throws {AdapterError} where the database cannot be asked
 */
export async function requireRecentSession(
  { req, config }: Pick<AuthContext, "req" | "config">,
  { maxAge = usualMaxAge, trust }: Recency = {},
): Promise<SessionIdentity> {
  const reading = await readSession(req, config)
  const identity = identifySession(reading)
  if (!identity) throw refusal("ERR_AUTH_UNAUTHENTICATED", "Sign in first.")
  const freshness = checkFreshness(signInProofOf(reading), { maxAge, ...(trust && { trust }) })
  if (freshness === "fresh") return identity
  if (freshness === "stale")
    throw refusal(
      "ERR_AUTH_REAUTHENTICATE",
      `This needs a sign-in of the last ${maxAge} seconds. Sign in again.`,
    )
  if (!trust && !(await hasBetterMethod(config, identity.userId))) return identity
  throw refusal(
    "ERR_AUTH_UNPROVEN",
    "The provider has not shown that it asked the person anything. Sign in by mail or with a passkey.",
  )
}

function refusal(
  code: "ERR_AUTH_UNAUTHENTICATED" | "ERR_AUTH_REAUTHENTICATE" | "ERR_AUTH_UNPROVEN",
  message: string,
) {
  return new ExpressAuthError(code, message, { status: 401 })
}

/**
 * Whether a user can sign in with what asks them each time: a mail to an address that is theirs, or a passkey. Only the
 * app knows about passwords, and only an attempt shows whether an OpenID provider can be made to prompt.
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
    throw new AdapterError("The user's other ways to sign in could not be read", { cause })
  }
}
