import type { ResolvedConfig } from "../config/resolve-config.js"
import type { SessionTimes } from "../config/resolve-session.js"
import type { SessionReading } from "./session-reading.js"

type Config = Pick<ResolvedConfig, "session">

/**
 * Whether a session outlives the browser.
 *
 * @param chosen the session's own choice, e.g. the claim `auth_remembered`; only `false` ends it with the browser
 */
export function isRemembered(chosen: unknown, { session }: Config): boolean {
  return session.remember !== "never" && chosen !== false
}

/** Whether the session of a reading outlives the browser. */
export function isReadingRemembered({ signIn, row, token = {} }: SessionReading, config: Config): boolean {
  return isRemembered(row ? signIn?.()?.remembered : token.auth_remembered, config)
}

/** Returns a session's `maxAge` and `updateAge`, in seconds. */
export function timesOf(remembered: boolean, { session }: Config): SessionTimes {
  return remembered ? session : session.unremembered
}
