import { ConfigError } from "../errors.js"

/** A client of `ioredis`. */
export interface IoredisClient {
  call(command: string, ...args: string[]): Promise<unknown>
  on(event: "error" | "ready", listener: () => void): unknown
  readonly status: string
}

/** A client of `redis`, version 4 or later. The app connects it. */
export interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>
  on(event: "error" | "ready", listener: () => void): unknown
  readonly isReady: boolean
}

export type RedisClient = IoredisClient | NodeRedisClient

/** Sends a command and waits for its answer, not without end. */
export type Command = (name: string, ...args: string[]) => Promise<unknown>

interface Link {
  isReady(): boolean
  send: Command
}

const waiters = new WeakMap<RedisClient, Set<() => void>>()

/**
 * Waits for a connection up to the timeout. What was not sent by then is not sent later either: a lock taken for nobody
 * would keep everybody out.
 *
 * @param timeout milliseconds
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function toCommand(client: RedisClient, timeout: number): Command {
  const { isReady, send } = toLink(client)
  const waiting = waitersOf(client)
  return (name, ...args) =>
    new Promise((resolve, reject) => {
      const proceed = () => {
        send(name, ...args)
          .then(resolve, reject)
          .finally(() => clearTimeout(timer))
      }
      const timer = setTimeout(() => {
        waiting.delete(proceed)
        reject(new Error(`Redis did not answer ${name} within ${timeout} ms`))
      }, timeout)
      if (isReady()) proceed()
      else waiting.add(proceed)
    })
}

/** What waits for the client to be connected. Each client is listened to once, however many stores share it. */
function waitersOf(client: RedisClient): Set<() => void> {
  const known = waiters.get(client)
  if (known) return known
  const waiting = new Set<() => void>()
  waiters.set(client, waiting)
  // A lost connection. The client makes a new one; unheard, the event ends the process.
  client.on("error", () => {})
  client.on("ready", () => {
    for (const proceed of waiting) proceed()
    waiting.clear()
  })
  return waiting
}

function toLink(client: RedisClient): Link {
  if (isObject(client) && "call" in client && typeof client.call === "function")
    // One that connects on first use has to be used.
    return {
      isReady: () => client.status === "ready" || client.status === "wait",
      send: async (name, ...args) => client.call(name, ...args),
    }
  if (isObject(client) && "sendCommand" in client && typeof client.sendCommand === "function")
    return { isReady: () => client.isReady, send: async (...args) => client.sendCommand(args) }
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    "redis() takes a client of `ioredis` (new Redis(url)) or of `redis` (createClient({ url })).",
  )
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" || typeof value === "function") && value !== null
}
