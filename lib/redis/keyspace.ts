import { type Command, type RedisClient, toCommand } from "./connection.js"

/** The commands and keys of one prefix. */
export interface Keyspace {
  /** Sends a command and resolves with the reply. */
  readonly command: Command
  /** Runs a Lua script atomically. It must not access keys other than `keys`. */
  script(lua: string, keys: readonly string[], args: readonly string[]): Promise<unknown>
  /** Returns the key of a record, with the prefix. */
  keyOf(kind: string, id: string): string
}

/** How a keyspace is opened. */
export interface KeyspaceOptions {
  /** What every key starts with. */
  readonly prefix: string
  /** Milliseconds for each command. */
  readonly timeout: number
}

/** Opens a keyspace on a client that other keyspaces may share. */
export function openKeyspace(client: RedisClient, { prefix, timeout }: KeyspaceOptions): Keyspace {
  const command = toCommand(client, timeout)
  return {
    command,
    script: (lua, keys, args) => command("EVAL", lua, `${keys.length}`, ...keys, ...args),
    keyOf: (kind, id) => `${prefix}${kind}:${id}`,
  }
}
