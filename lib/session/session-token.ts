import { randomUUID } from "node:crypto"
import type { ResolvedConfig } from "../config/resolve-config.js"

/**
 * Returns a token for a new database session: exactly what `session.generateSessionToken` returns, by default a UUID,
 * as in Auth.js, which fits columns of type `uuid`.
 */
export function createSessionToken({ session }: Pick<ResolvedConfig, "session">): string {
  return session.generateSessionToken?.() ?? randomUUID()
}
