import { randomUUID } from "node:crypto"
import type { ResolvedConfig } from "../config/resolve-config.js"

/**
 * A token for a new database session, to the letter what `session.generateSessionToken` returns; by default a UUID, as with
 * Auth.js, which fits columns of type `uuid`.
 */
export function createSessionToken({ session }: Pick<ResolvedConfig, "session">): string {
  return session.generateSessionToken?.() ?? randomUUID()
}
