import { ConfigError } from "../errors.js"

/** The members of a client of `ioredis` that are used here. */
export interface IoredisClient {
  /** Sends a command. */
  call(command: string, ...args: string[]): Promise<unknown>
  /** Subscribes to errors, which would otherwise end the process, and to new connections. */
  on(event: "error" | "ready", listener: () => void): unknown
  /** Closes the connection, and opens another with `true`. */
  disconnect(reconnect?: boolean): void
  /** `"ready"` when connected; `"wait"` before the first command, with `lazyConnect`. */
  readonly status: string
  /** The socket. */
  readonly stream?: {
    /** Closes the socket without waiting for the server. */
    destroy?(): unknown
  }
}

/** The members of a client of `redis` 4 or later that are used here. The app connects the client. */
export interface NodeRedisClient {
  /** Sends a command with its arguments. */
  sendCommand(args: string[]): Promise<unknown>
  /** Subscribes to errors, which would otherwise end the process, and to new connections. */
  on(event: "error" | "ready", listener: () => void): unknown
  /** Opens the connection. */
  connect(): Promise<unknown>
  /** Closes the connection, in version 4. */
  disconnect?(): Promise<unknown>
  /** Closes the connection, from version 5. */
  destroy?(): unknown
  /** Whether the client is connected. */
  readonly isReady: boolean
}

/** A client of either package. */
export type RedisClient = IoredisClient | NodeRedisClient

/** Sends a command and resolves with the reply, or rejects after the timeout. */
export type Command = (name: string, ...args: string[]) => Promise<unknown>

/** A client of either package, behind one interface. */
interface Link {
  isReady(): boolean
  send: Command
  /** Drops the connection without telling the server, and opens another. */
  reconnect(): unknown
}

/** The state of a connection, shared by all stores that use its client. Times are those of `performance.now()`. */
interface ConnectionState {
  readonly waiting: Set<() => void>
  answeredAt: number
  reconnectedAt: number
}

const states = new WeakMap<RedisClient, ConnectionState>()

/**
 * Returns a function that sends commands. It waits for a connection, but never sends a command after its timeout: a
 * lock acquired after its caller gave up would block all others.
 *
 * @param timeout milliseconds for each command, including the wait for a connection
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function toCommand(client: RedisClient, timeout: number): Command {
  const link = toLink(client)
  const state = stateOf(client)
  return (name, ...args) =>
    new Promise((resolve, reject) => {
      let sentAt: number | undefined
      const proceed = () => {
        sentAt = performance.now()
        const answer = link.send(name, ...args)
        answer.finally(() => clearTimeout(timer)).then(resolve, reject)
        answer.then(
          () => {
            state.answeredAt = performance.now()
          },
          () => {},
        )
      }
      const timer = setTimeout(() => {
        state.waiting.delete(proceed)
        reject(new Error(`Redis did not respond to ${name} within ${timeout} ms`))
        if (sentAt !== undefined) reconnectIfSilent(link, state, sentAt)
      }, timeout)
      if (link.isReady()) proceed()
      else state.waiting.add(proceed)
    })
}

/**
 * Replaces the connection if no reply has arrived since the timed-out command was sent. A firewall or proxy that drops
 * a connection does not notify the client, which would keep using it for many minutes.
 */
function reconnectIfSilent(link: Link, state: ConnectionState, sentAt: number): void {
  if (Math.max(state.answeredAt, state.reconnectedAt) >= sentAt || !link.isReady()) return
  state.reconnectedAt = performance.now()
  link.reconnect()
}

/** Returns the state of a client. Adds one set of listeners, however many stores share the client. */
function stateOf(client: RedisClient): ConnectionState {
  const known = states.get(client)
  if (known) return known
  const never = Number.NEGATIVE_INFINITY
  const state: ConnectionState = { waiting: new Set(), answeredAt: never, reconnectedAt: never }
  states.set(client, state)
  // The client reconnects by itself, but an `error` event without a listener would end the process.
  client.on("error", () => {})
  client.on("ready", () => {
    for (const proceed of state.waiting) proceed()
    state.waiting.clear()
  })
  return state
}

function toLink(client: RedisClient): Link {
  if (isObject(client) && "call" in client && typeof client.call === "function")
    // With `lazyConnect`, a client in the state "wait" connects at its first command.
    return {
      isReady: () => client.status === "ready" || client.status === "wait",
      send: async (name, ...args) => client.call(name, ...args),
      reconnect: () => {
        client.disconnect(true)
        // Without this, it waits two seconds for the server to close its end.
        client.stream?.destroy?.()
      },
    }
  if (isObject(client) && "sendCommand" in client && typeof client.sendCommand === "function")
    return {
      isReady: () => client.isReady,
      send: async (...args) => client.sendCommand(args),
      reconnect: () => reopen(client).catch(() => {}),
    }
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    "redis() takes a client of `ioredis` (new Redis(url)) or of `redis` (createClient({ url })).",
  )
}

/** Version 4 of `redis` has no `destroy`. */
async function reopen(client: NodeRedisClient): Promise<void> {
  const close = client.destroy ?? client.disconnect
  await close?.call(client)
  await client.connect()
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" || typeof value === "function") && value !== null
}
