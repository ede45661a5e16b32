import { randomBytes } from "node:crypto"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { ProviderSession } from "./provider-session.js"
import type { SignInFacts } from "./session-claims.js"

/** What a database session's token says beside being random. */
export interface SessionTokenFacts extends SignInFacts {
  /** When the person signed in. */
  readonly begunAt: Date
  readonly remembered: boolean
}

/** Ends the token of a session that ends with the browser. */
const unremembered = "."

/**
 * A token for a new database session: `<random>.<time>.<methods>`, since the table has no columns for the last two,
 * `.<provider>!<sid>` after a sign-in at an OpenID provider, and `.` where it is not to be remembered. The random part may
 * be the user's own (`session.generateSessionToken`). Nothing in it has to be encoded in a cookie.
 */
export function createSessionToken(
  { session }: Pick<ResolvedConfig, "session">,
  { methods, providerSession, remembered }: SignInFacts,
): string {
  const random = session.generateSessionToken?.() ?? randomBytes(32).toString("base64url")
  const begun = `${random}.${Date.now().toString(36)}.${methods.join("+")}`
  const place = providerSession ? `.${providerSession.replace(":", "!")}` : ""
  return begun + place + (remembered === false ? unremembered : "")
}

/** Whether a session is to outlive the browser: asked with every request, so most tokens are not taken apart for it. */
export function isTokenRemembered(token: string): boolean {
  return !token.endsWith(unremembered) || readSessionToken(token)?.remembered !== false
}

/** Nothing is known of a token of another make: it counts as neither fresh nor of any method. */
export function readSessionToken(token: string): SessionTokenFacts | undefined {
  const [, time, methods, providerSession, mark] =
    /\.([0-9a-z]{8,9})\.([a-z+]+)(?:\.([\w.~-]+!~?[\w-]*))?(\.?)$/.exec(token) ?? []
  if (!time || !methods) return
  return {
    begunAt: new Date(Number.parseInt(time, 36)),
    methods: methods.split("+"),
    remembered: mark !== unremembered,
    ...(providerSession && { providerSession: providerSession.replace("!", ":") as ProviderSession }),
  }
}
