/** Milliseconds that a statement may take, unless the option `timeout` sets another limit. */
export const defaultTimeout = 5000

/** Thrown when the database does not respond in time; drivers would wait forever. */
export class DatabaseTimeoutError extends Error {
  constructor(timeout: number) {
    super(`The database did not answer within ${timeout / 1000} seconds`)
    this.name = "DatabaseTimeoutError"
  }
}

/**
 * Settles as the promise does, or rejects if that takes too long. Reads what has arrived by then: in a busy process
 * timers fire before sockets are read.
 *
 * @param left milliseconds until it rejects
 * @param timeout milliseconds allowed in all, for the message
 * @throws {DatabaseTimeoutError}
 */
export function withTimeout<Value>(answer: Promise<Value>, left: number, timeout = left): Promise<Value> {
  let timer: NodeJS.Timeout
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => setImmediate(reject, new DatabaseTimeoutError(timeout)), left)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}
