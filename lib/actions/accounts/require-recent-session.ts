import { AdapterError } from "@auth/core/errors"
import { ExpressAuthError } from "../../errors.js"
import type { AuthContext } from "../../http/auth-context.js"
import { readSession } from "../../session/get-session.js"
import { identifySession, type SessionIdentity } from "../../session/identify-session.js"
import { checkFreshness, signInProofOf } from "../../session/sign-in-proof.js"

/** Seconds since the sign-in within which a person may change how they sign in, unless the app says otherwise. */
const usualMaxAge = 10 * 60

/** What of a sign-in is enough to change how somebody signs in. */
export interface Recency {
  /** Seconds. @default 600 */
  readonly maxAge?: number | undefined
  /**
   * Types of provider whose sign-ins count although nothing proves that the person was asked anything.
   *
   * @default all, for a user who has nothing better
   */
  readonly trust?: readonly string[] | undefined
}

/**
 * The session of somebody who has shown lately who they are. A browser left open must not be enough to give somebody
 * else a way in, nor must a provider that knows the person there and asks nothing. But who has no other way to sign in
 * than such a provider could never change that.
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
 * Whether a user can sign in with what asks them each time: a mail to an address that is theirs, or a passkey. Whether
 * they have a password only the app knows, and whether an OpenID provider can be made to ask only a try shows.
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
