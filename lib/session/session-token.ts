import { randomBytes } from "node:crypto"
import type { ResolvedConfig } from "../config/resolve-config.js"

/** What a database session's token says beside being random. */
export interface SessionTokenFacts {
  /** When the person signed in. */
  readonly begunAt: Date
  /** How, as types of provider: `"oidc"`, `"credentials"`, … */
  readonly methods: readonly string[]
}

/**
 * A token for a new database session: `<random>.<time>.<methods>`, since the table has no columns for the last two. The
 * random part may be the user's own (`session.generateSessionToken`).
 */
export function createSessionToken({ session }: Pick<ResolvedConfig, "session">, method: string): string {
  const random = session.generateSessionToken?.() ?? randomBytes(32).toString("base64url")
  return `${random}.${Date.now().toString(36)}.${method}`
}

/** Nothing is known of a token of another make: it counts as neither fresh nor of any method. */
export function readSessionToken(token: string): SessionTokenFacts | undefined {
  const [, time, methods] = /\.([0-9a-z]{8,9})\.([a-z+]+)$/.exec(token) ?? []
  return time && methods
    ? { begunAt: new Date(Number.parseInt(time, 36)), methods: methods.split("+") }
    : undefined
}
