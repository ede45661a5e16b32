import { requirePositive } from "./require-positive.js"
import type { Sessions } from "./sessions.js"

/** Options of `keepAlive()`. */
export interface KeepAliveOptions {
  /** Seconds between two requests that renew the session. Choose less than half of `session.maxAge`. */
  every: number
}

/**
 * Renews the session as long as the page is open. The tabs of a browser share the work: whichever reads the session
 * first spares the others.
 *
 * @param isPaused whether the user is idle
 */
export function keepAlive(
  sessions: Sessions,
  { every }: KeepAliveOptions,
  isPaused: () => boolean,
): () => void {
  const period = requirePositive(every)
  const unlisten = sessions.listen(() => {})
  const renew = (): void => {
    const isDue = Date.now() - sessions.readAt >= period
    if (isDue && sessions.known !== null && !isPaused()) sessions.refresh()
  }
  const timer = setInterval(renew, period / 8)
  return () => {
    clearInterval(timer)
    unlisten()
  }
}
