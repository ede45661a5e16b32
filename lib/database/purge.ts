import { setTimeout as wait } from "node:timers/promises"
import type { RowStore } from "./row-store.js"
import type { ExpiringKey } from "./schema.js"

/**
 * The tables of Auth.js always exist. Those of our stores are missing in databases that were migrated by other means.
 */
const ofAuthJs: readonly ExpiringKey[] = ["sessions", "verificationTokens"]
const ours: readonly ExpiringKey[] = [
  ...(["revocations", "sessionRecords", "locks", "limits"] as const),
  ...(["auditEvents", "passwordTokens"] as const),
]

/** Milliseconds between two batches, for other requests. */
const pause = 10

/**
 * Deletes expired rows, in batches small enough not to delay other statements.
 *
 * @param isOver called before each batch; `true` ends the purge
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
 * Purges periodically, first at a random moment, so that processes started together take turns. Ignores a failed purge,
 * because problems of the database show elsewhere, and does not keep the process alive.
 *
 * @param seconds between two purges
 * @returns a function that ends the purging
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
