import type { ResolvedConfig } from "../config/resolve-config.js"
import type { SessionTimes } from "../config/resolve-session.js"

import { rememberedOf } from "./session-claims.js"
import type { SessionReading } from "./session-reading.js"

type Config = Pick<ResolvedConfig, "session">

/**
 * Whether a session outlives the browser.
 *
 * @param chosen what the session itself says; nothing where nobody was asked, and those last, as ever
 */
export function isRemembered(chosen: boolean | undefined, { session }: Config): boolean {
  return session.remember !== "never" && chosen !== false
}

/** The same of a session that was read. */
export function isReadingRemembered({ signIn, row, token = {} }: SessionReading, config: Config): boolean {
  return isRemembered(row ? signIn?.()?.remembered : rememberedOf(token), config)
}

/** How long a session lives unused, and when use renews it. */
export function timesOf(remembered: boolean, { session }: Config): SessionTimes {
  return remembered ? session : session.unremembered
}
