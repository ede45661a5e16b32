import { ConfigError } from "../errors.js"

/** A client of `ioredis`. */
export interface IoredisClient {
  call(command: string, ...args: string[]): Promise<unknown>
  on(event: "error" | "ready", listener: () => void): unknown
  disconnect(reconnect?: boolean): void
  readonly status: string
  readonly stream?: { destroy?(): unknown }
}

/** A client of `redis`, version 4 or later. The app connects it. */
export interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>
  on(event: "error" | "ready", listener: () => void): unknown
  connect(): Promise<unknown>
  disconnect?(): Promise<unknown>
  destroy?(): unknown
  readonly isReady: boolean
}

export type RedisClient = IoredisClient | NodeRedisClient

/** Sends a command and waits for its answer, not without end. */
export type Command = (name: string, ...args: string[]) => Promise<unknown>

interface Link {
  isReady(): boolean
  send: Command
  /** Drops the connection without asking the server, and makes a new one. */
  reconnect(): unknown
}

/** What all stores of one client know of its connection. Times are milliseconds by `performance.now()`. */
interface ConnectionState {
  readonly waiting: Set<() => void>
  answeredAt: number
  reconnectedAt: number
}

const states = new WeakMap<RedisClient, ConnectionState>()

/**
 * Waits for a connection up to the timeout. What was not sent by then is not sent later either: a lock taken for nobody
 * would keep everybody out.
 *
 * @param timeout milliseconds
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
        reject(new Error(`Redis did not answer ${name} within ${timeout} ms`))
        if (sentAt !== undefined) reconnectIfSilent(link, state, sentAt)
      }, timeout)
      if (link.isReady()) proceed()
      else state.waiting.add(proceed)
    })
}

/**
 * Replaces a connection that has answered nothing since a command was sent that timed out: a firewall or proxy that
 * forgot it says nothing, so the client would use it for many minutes more.
 */
function reconnectIfSilent(link: Link, state: ConnectionState, sentAt: number): void {
  if (Math.max(state.answeredAt, state.reconnectedAt) >= sentAt || !link.isReady()) return
  state.reconnectedAt = performance.now()
  link.reconnect()
}

/** Each client is listened to once, however many stores share it. */
function stateOf(client: RedisClient): ConnectionState {
  const known = states.get(client)
  if (known) return known
  const never = Number.NEGATIVE_INFINITY
  const state: ConnectionState = { waiting: new Set(), answeredAt: never, reconnectedAt: never }
  states.set(client, state)
  // A lost connection. The client makes a new one; unheard, the event ends the process.
  client.on("error", () => {})
  client.on("ready", () => {
    for (const proceed of state.waiting) proceed()
    state.waiting.clear()
  })
  return state
}

function toLink(client: RedisClient): Link {
  if (isObject(client) && "call" in client && typeof client.call === "function")
    // One that connects on first use has to be used.
    return {
      isReady: () => client.status === "ready" || client.status === "wait",
      send: async (name, ...args) => client.call(name, ...args),
      reconnect: () => {
        client.disconnect(true)
        // It would wait two seconds for the server to say goodbye.
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

/** A client of `redis` has `destroy` since version 5. */
async function reopen(client: NodeRedisClient): Promise<void> {
  const close = client.destroy ?? client.disconnect
  await close?.call(client)
  await client.connect()
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" || typeof value === "function") && value !== null
}
