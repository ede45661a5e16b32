import { claimsOf, methodsOf, startedAt } from "./session-claims.js"
import type { SessionReading } from "./session-reading.js"

/** When and how the user signed in. */
export interface SignInProof {
  /** When the user signed in; the Unix epoch if unknown. */
  readonly time: Date
  /**
   * The provider's type: `"credentials"`, `"email"`, `"webauthn"`, `"oidc"` or `"oauth"`; plus `"proven"` if an OpenID
   * provider's `auth_time` shows that the user authenticated there just before. Empty if unknown.
   */
  readonly methods: readonly string[]
  /** Whether the session outlives the browser. */
  readonly remembered: boolean
}

/** The method that marks a sign-in as proven by an OpenID provider's `auth_time`. */
export const proven = "proven"

/** Methods that require the user's interaction every time. */
const alwaysAsk: ReadonlySet<string> = new Set(["credentials", "email", "webauthn", proven])

/** A session that Auth.js started. */
const unknown = { startedAt: new Date(0), methods: [], remembered: true }

/**
 * Returns when and how the user of a session signed in.
 *
 * @returns `undefined` for an anonymous request
 */
export function signInProofOf({ session, token, row, signIn }: SessionReading): SignInProof | undefined {
  if (!session) return
  if (row) {
    const { startedAt, methods, remembered } = signIn?.() ?? unknown
    return { time: new Date(startedAt), methods: [...methods], remembered }
  }
  // Auth.js re-issues tokens on every read, so `iat` does not tell when the user signed in.
  const time = typeof token?.auth_time === "number" ? startedAt(claimsOf(token)) : new Date(0)
  return { time, methods: token ? methodsOf(token) : [], remembered: token?.auth_remembered !== false }
}

/**
 * Checks whether the user recently proved who they are.
 *
 * @param maxAge seconds since the sign-in
 * @param trust methods accepted without proof of the user's interaction
 * @returns `"stale"` if the sign-in is older than `maxAge` or unknown; `"unproven"` if it is recent, but the provider
 * may not have asked the user for anything
 */
export function checkFreshness(
  proof: SignInProof | undefined,
  { maxAge, trust = [] }: { maxAge: number; trust?: readonly string[] | undefined },
): "fresh" | "stale" | "unproven" {
  const age = proof ? (Date.now() - proof.time.getTime()) / 1000 : Number.POSITIVE_INFINITY
  if (!proof || age > maxAge) return "stale"
  return proof.methods.some((method) => alwaysAsk.has(method) || trust.includes(method))
    ? "fresh"
    : "unproven"
}
