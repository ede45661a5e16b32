import { DatabaseTimeoutError, withTimeout } from "./with-timeout.js"

/** The connection pool of a driver. */
export interface ConnectionPool<Connection extends object> {
  /** Waits for a free connection. */
  acquire(): Promise<Connection>
  /** Returns a connection to the pool. */
  release(connection: Connection): void
  /** Closes a connection without waiting for the server, and frees its place in the pool. */
  destroy(connection: Connection): void
}

/** A connection borrowed for one statement or transaction, which must end before the timeout. */
export interface Lease<Connection extends object> {
  /**
   * Runs a statement.
   *
   * @throws {DatabaseTimeoutError} after the timeout, and destroys the connection
   */
  ask<Value>(question: (connection: Connection) => Promise<Value>): Promise<Value>
  /** Returns the connection to the pool, unless it was destroyed. */
  release(): void
}

/**
 * Replaces connections of a pool that went silent. When a firewall or proxy drops a connection without notice, neither
 * the driver nor the operating system detects it for many minutes.
 *
 * Destroys a connection whose statement timed out. Also destroys idle connections that have not responded since that
 * statement was sent instead of lending them, so a single timeout replaces all silent connections. The others stay.
 */
export class ConnectionWatch<Connection extends object> {
  readonly #pool: ConnectionPool<Connection>
  readonly #timeout: number
  readonly #answeredAt = new WeakMap<Connection, number>()
  /** When the latest statement without a response was sent. */
  #silentSince = Number.NEGATIVE_INFINITY

  /** @param timeout milliseconds for each lease, including the wait for a free connection */
  constructor(pool: ConnectionPool<Connection>, timeout: number) {
    this.#pool = pool
    this.#timeout = timeout
  }

  /**
   * Borrows a connection from the pool.
   *
   * @throws {DatabaseTimeoutError}
   */
  async lend(): Promise<Lease<Connection>> {
    const deadline = performance.now() + this.#timeout
    for (;;) {
      const connection = await this.#acquireBefore(deadline)
      const answeredAt = this.#answeredAt.get(connection)
      if (answeredAt === undefined || answeredAt >= this.#silentSince)
        return this.#lease(connection, deadline)
      this.#pool.destroy(connection)
    }
  }

  /**
   * Borrows a connection for one statement.
   *
   * @throws {DatabaseTimeoutError}
   */
  async ask<Value>(question: (connection: Connection) => Promise<Value>): Promise<Value> {
    const lease = await this.lend()
    try {
      return await lease.ask(question)
    } finally {
      lease.release()
    }
  }

  #lease(connection: Connection, deadline: number): Lease<Connection> {
    let isDestroyed = false
    return {
      ask: async (question) => {
        if (isDestroyed) throw new DatabaseTimeoutError(this.#timeout)
        const askedAt = performance.now()
        try {
          const value = await this.#before(deadline, question(connection))
          this.#answeredAt.set(connection, performance.now())
          return value
        } catch (error) {
          if (!isDestroyed && error instanceof DatabaseTimeoutError) {
            isDestroyed = true
            this.#silentSince = Math.max(this.#silentSince, askedAt)
            this.#pool.destroy(connection)
          }
          throw error
        }
      },
      release: () => {
        if (!isDestroyed) this.#pool.release(connection)
      },
    }
  }

  /** A connection that comes too late goes back, so that nothing is run whose caller has given up. */
  #acquireBefore(deadline: number): Promise<Connection> {
    const acquiring = this.#pool.acquire()
    return this.#before(deadline, acquiring).catch((error: unknown) => {
      acquiring.then(
        (connection) => this.#pool.release(connection),
        () => undefined,
      )
      throw error
    })
  }

  #before<Value>(deadline: number, answer: Promise<Value>): Promise<Value> {
    return withTimeout(answer, Math.max(1, deadline - performance.now()), this.#timeout)
  }
}
