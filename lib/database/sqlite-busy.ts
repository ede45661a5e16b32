import { setTimeout as wait } from "node:timers/promises"

/** Milliseconds before the second try, doubled for each one after it up to the longest pause. */
const shortestPause = 1
const longestPause = 50

/**
 * Tries again while another process holds the lock of a SQLite database. SQLite itself waits by blocking the thread, and
 * so every request of the app.
 *
 * @param timeout milliseconds until the failure of the latest try is thrown
 */
export async function whenFree<Value>(
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

export function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    /SQLITE_BUSY|database is locked/.test(`${"code" in error && error.code} ${error.message}`)
  )
}
