import { setTimeout as wait } from "node:timers/promises"

/** Milliseconds before the second attempt, doubled for each further one up to the longest pause. */
const shortestPause = 1
const longestPause = 50

/**
 * Repeats an attempt while another process locks a SQLite database. SQLite itself would wait by blocking the thread,
 * and with it every request of the app.
 *
 * @param timeout milliseconds after which the last failure is thrown
 */
export async function retryWhileBusy<Value>(
  attempt: () => Value | Promise<Value>,
  timeout: number,
): Promise<Value> {
  const deadline = performance.now() + timeout
  for (let pause = shortestPause; ; pause = Math.min(pause * 2, longestPause)) {
    try {
      return await attempt()
    } catch (error) {
      if (!isBusy(error) || performance.now() + pause > deadline) throw error
    }
    await wait(pause)
  }
}

/** Whether an error means that another process locks the database. */
export function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    /SQLITE_BUSY|database is locked/.test(`${"code" in error && error.code} ${error.message}`)
  )
}
