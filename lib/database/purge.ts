import { setTimeout as wait } from "node:timers/promises"
import type { RowStore } from "./row-store.js"
import type { ExpiringKey } from "./schema.js"

/** Tables of Auth.js, which are always there, and those of our stores, which are missing where nobody migrated for them. */
const ofAuthJs: readonly ExpiringKey[] = ["sessions", "verificationTokens"]
const ours: readonly ExpiringKey[] = ["revocations", "sessionRecords", "locks", "limits"]

/** Milliseconds between two batches, in which the app is served. */
const pause = 10

/**
 * Deletes what has expired, in batches so small that nothing else waits for them.
 *
 * @param isOver is asked before each batch; `true` ends the purge
 */
export async function purge(store: RowStore, isOver = () => false): Promise<void> {
  const now = new Date()
  for (const key of [...ofAuthJs, ...ours]) {
    if (isOver()) return
    if (ours.includes(key) && !(await store.hasTable(key))) continue
    while (!isOver() && (await store.removeExpired(key, now))) await wait(pause)
  }
}

/**
 * Purges again and again while the process lives, the first time at a random moment, so that processes started together
 * take turns. A purge that fails is left to the next one: whatever is wrong with the database shows elsewhere.
 *
 * @param seconds between two purges
 * @returns what ends it
 */
export function purgeEvery(seconds: number, store: RowStore): () => void {
  let isOver = false
  let timer: NodeJS.Timeout
  const schedule = (milliseconds: number) => {
    timer = setTimeout(run, milliseconds)
    timer.unref()
  }
  const run = () =>
    purge(store, () => isOver)
      .catch(() => {})
      .finally(() => isOver || schedule(seconds * 1000))
  schedule(Math.random() * seconds * 1000)
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}
