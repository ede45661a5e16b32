import { createHash } from "node:crypto"
import { AdapterError } from "@auth/core/errors"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { claim } from "./claim.js"

/**
 * Lets something be used once, though the cookie that holds it can be copied and sent again. See {@link claim} for who
 * shares it.
 *
 * @param secret what is used up: a challenge, a flow
 * @param maxAge seconds after which nothing takes it any more
 * @returns `false` where it was used before
 * @throws {AdapterError} where the store failed
 */
export async function spendOnce(config: ResolvedConfig, secret: string, maxAge: number): Promise<boolean> {
  const key = `challenge:${createHash("sha256").update(secret).digest("base64url")}`
  try {
    return (await claim(config, key, maxAge)) !== undefined
  } catch (error) {
    const cause = { err: error instanceof Error ? error : new Error(String(error)) }
    throw new AdapterError("The store of what was used failed", { cause })
  }
}
