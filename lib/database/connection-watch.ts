import { DatabaseTimeoutError, inTime } from "./in-time.js"

/** What a pool of a driver can do with its connections. */
export interface ConnectionPool<Connection extends object> {
  acquire(): Promise<Connection>
  release(connection: Connection): void
  /** Closes a connection without asking the server, and makes room for another one in the pool. */
  destroy(connection: Connection): void
}

/** A connection lent for one statement or one transaction, which has to end before the timeout. */
export interface Lease<Connection extends object> {
  /** @throws {DatabaseTimeoutError} and destroys the connection */
  ask<Value>(question: (connection: Connection) => Promise<Value>): Promise<Value>
  release(): void
}

/**
 * Replaces the connections of a pool that went silent: a firewall or proxy that dropped them says nothing, so neither the
 * driver nor the operating system notices for many minutes.
 *
 * A connection whose statement timed out is destroyed. Idle ones that have not answered since that statement was sent
 * are destroyed instead of lent, so one timeout is enough to replace all of them. Those that keep answering stay.
 */
export class ConnectionWatch<Connection extends object> {
  readonly #pool: ConnectionPool<Connection>
  readonly #timeout: number
  readonly #answeredAt = new WeakMap<Connection, number>()
  /** When the latest statement was sent that got no answer. */
  #silentSince = Number.NEGATIVE_INFINITY

  /** @param timeout milliseconds for each lease, the wait for a free connection included */
  constructor(pool: ConnectionPool<Connection>, timeout: number) {
    this.#pool = pool
    this.#timeout = timeout
  }

  /** @throws {DatabaseTimeoutError} */
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
   * Lends a connection for one question.
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
    return inTime(answer, Math.max(1, deadline - performance.now()), this.#timeout)
  }
}
