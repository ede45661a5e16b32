import { type Command, type RedisClient, toCommand } from "./connection.js"

/** The server, as the parts of the store use it. */
export interface Keyspace {
  readonly command: Command
  /** Runs Lua, which is all or nothing. It may touch no keys but those named. */
  script(lua: string, keys: readonly string[], args: readonly string[]): Promise<unknown>
  keyOf(kind: string, id: string): string
}

export interface KeyspaceOptions {
  readonly prefix: string
  readonly timeout: number
}

export function openKeyspace(client: RedisClient, { prefix, timeout }: KeyspaceOptions): Keyspace {
  const command = toCommand(client, timeout)
  return {
    command,
    script: (lua, keys, args) => command("EVAL", lua, `${keys.length}`, ...keys, ...args),
    keyOf: (kind, id) => `${prefix}${kind}:${id}`,
  }
}
