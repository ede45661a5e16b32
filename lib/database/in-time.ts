/** Milliseconds within which a statement has to be answered, unless the option `timeout` says otherwise. */
export const defaultTimeout = 5000

/** The database is there and does not answer: drivers would wait for it without end. */
export class DatabaseTimeoutError extends Error {
  constructor(timeout: number) {
    super(`The database did not answer within ${timeout / 1000} seconds`)
    this.name = "DatabaseTimeoutError"
  }
}

/**
 * Settles as the answer does, or fails when it takes too long.
 *
 * @param left milliseconds until it fails
 * @param timeout milliseconds it had in all, for the message
 * @throws {DatabaseTimeoutError}
 */
export function inTime<Value>(answer: Promise<Value>, left: number, timeout = left): Promise<Value> {
  let timer: NodeJS.Timeout
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DatabaseTimeoutError(timeout)), left)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}
