import type { ResolvedConfig } from "../config/resolve-config.js"
import type { SessionTimes } from "../config/resolve-session.js"
import { rememberedOf } from "./session-claims.js"
import type { SessionReading } from "./session-reading.js"

type Config = Pick<ResolvedConfig, "session">

/**
 * Whether a session outlives the browser.
 *
 * @param chosen the session's own choice; sessions without one outlive the browser
 */
export function isRemembered(chosen: boolean | undefined, { session }: Config): boolean {
  return session.remember !== "never" && chosen !== false
}

/** Whether the session of a reading outlives the browser. */
export function isReadingRemembered({ signIn, row, token = {} }: SessionReading, config: Config): boolean {
  return isRemembered(row ? signIn?.()?.remembered : rememberedOf(token), config)
}

/** Returns a session's `maxAge` and `updateAge`, in seconds. */
export function timesOf(remembered: boolean, { session }: Config): SessionTimes {
  return remembered ? session : session.unremembered
}
