import { randomBytes } from "node:crypto"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { ProviderSession } from "./provider-session.js"

/** What a database session's token says beside being random. */
export interface SessionTokenFacts {
  /** When the person signed in. */
  readonly begunAt: Date
  /** How, as types of provider: `"oidc"`, `"credentials"`, … */
  readonly methods: readonly string[]
  /** In which session of an OpenID provider. */
  readonly providerSession?: ProviderSession
}

/**
 * A token for a new database session: `<random>.<time>.<methods>`, since the table has no columns for the last two, and
 * `.<provider>!<sid>` after a sign-in at an OpenID provider. The random part may be the user's own
 * (`session.generateSessionToken`). Nothing in it has to be encoded in a cookie.
 */
export function createSessionToken(
  { session }: Pick<ResolvedConfig, "session">,
  method: string,
  providerSession?: ProviderSession,
): string {
  const random = session.generateSessionToken?.() ?? randomBytes(32).toString("base64url")
  const token = `${random}.${Date.now().toString(36)}.${method}`
  return providerSession ? `${token}.${providerSession.replace(":", "!")}` : token
}

/** Nothing is known of a token of another make: it counts as neither fresh nor of any method. */
export function readSessionToken(token: string): SessionTokenFacts | undefined {
  const [, time, methods, providerSession] =
    /\.([0-9a-z]{8,9})\.([a-z+]+)(?:\.([\w.~-]+!~?[\w-]*))?$/.exec(token) ?? []
  if (!time || !methods) return
  return {
    begunAt: new Date(Number.parseInt(time, 36)),
    methods: methods.split("+"),
    ...(providerSession && { providerSession: providerSession.replace("!", ":") as ProviderSession }),
  }
}
