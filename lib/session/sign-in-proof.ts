import { begunAt, claimsOf, methodsOf, rememberedOf } from "./session-claims.js"
import type { SessionReading } from "./session-reading.js"

/** When and how somebody signed in. */
export interface SignInProof {
  /** When; 1970 where nobody knows. */
  readonly time: Date
  /**
   * The type of provider: `"credentials"`, `"email"`, `"webauthn"`, `"oidc"` or `"oauth"`; and `"proven"` where an OpenID
   * provider said that the person signed in there just then. Empty where nobody knows.
   */
  readonly methods: readonly string[]
  /** Whether the session outlives the browser. */
  readonly remembered: boolean
}

export const proven = "proven"

/** Ways to sign in that ask the person something each time. */
const alwaysAsk: ReadonlySet<string> = new Set(["credentials", "email", "webauthn", proven])

/** A session that was begun without us. */
const unknown = { begunAt: new Date(0), methods: [], remembered: true }

/** @returns `undefined` for nobody */
export function signInProofOf({ session, token, row, signIn }: SessionReading): SignInProof | undefined {
  if (!session) return
  if (row) {
    const { begunAt: time, methods, remembered } = signIn?.() ?? unknown
    return { time, methods, remembered }
  }
  // Without us a token is issued again at every reading, so its `iat` says nothing of the sign-in.
  const time = typeof token?.auth_time === "number" ? begunAt(claimsOf(token)) : new Date(0)
  return { time, methods: token ? methodsOf(token) : [], remembered: !token || rememberedOf(token) }
}

/**
 * Whether a person showed lately who they are.
 *
 * @param trust methods that count without a proof
 * @returns `"unproven"` where there was a sign-in lately, but the provider may have asked the person nothing
 */
export function checkFreshness(
  proof: SignInProof | undefined,
  { maxAge, trust = [] }: { maxAge: number; trust?: readonly string[] },
): "fresh" | "stale" | "unproven" {
  const age = proof ? (Date.now() - proof.time.getTime()) / 1000 : Number.POSITIVE_INFINITY
  if (!proof || age > maxAge) return "stale"
  return proof.methods.some((method) => alwaysAsk.has(method) || trust.includes(method))
    ? "fresh"
    : "unproven"
}
