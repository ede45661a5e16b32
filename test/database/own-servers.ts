import { type ChildProcess, execFile, type SpawnOptions, spawn } from "node:child_process"
import { chown } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { Redis } from "ioredis"
import mysql from "mysql2/promise"
import pg from "pg"
import { freePort } from "../support/free-port.js"
import { until } from "../support/until.js"
import { createFolder } from "./servers.js"

/** A test's own server, which can be stopped and restarted. It keeps its data. */
export interface OwnServer {
  readonly url: string
  /** Starts it. Resolves when it responds. */
  start(): Promise<void>
  /** Stops it. Resolves when it has shut down or crashed. */
  stop(how?: "orderly" | "crash"): Promise<void>
  /** Suspends it, so that it accepts connections but does not respond, until `resume`. */
  suspend(): void
  resume(): void
  /** The number of its connections, without the one that counts. */
  connections(): Promise<number>
  remove(): Promise<void>
}

interface Kind {
  readonly args: readonly string[]
  readonly url: string
  readonly owner?: Owner | undefined
  readonly signals: Readonly<Record<"orderly" | "crash", NodeJS.Signals>>
  connections(): Promise<number>
}

interface Owner {
  uid: number
  gid: number
}

const run = promisify(execFile)

/** Debian installs PostgreSQL's programs in a folder per version, outside PATH. */
const folders = ["/usr/sbin", ...[17, 16, 15, 14].map((version) => `/usr/lib/postgresql/${version}/bin`)]
const env = { ...process.env, PATH: [process.env.PATH, ...folders].join(":") }

export type CreateServer = () => Promise<OwnServer>

/** Returns `undefined` and prints a line when the programs are not installed. Throws with CI=true. */
export async function whereInstalled(create: CreateServer): Promise<OwnServer | undefined> {
  try {
    return await create()
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT"
    if (!isMissing || process.env.CI === "true") throw error
    console.log(`Tests of a stopped server are left out: ${error.message}`)
    return undefined
  }
}

export const createRedis: CreateServer = () =>
  create("redis-server", async (folder, port) => {
    const url = `redis://127.0.0.1:${port}`
    return {
      // Every write is on disk before it is acknowledged, so that sessions survive the restart.
      args: [
        ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder],
        ["--save", "", "--appendonly", "yes", "--appendfsync", "always"],
      ].flat(),
      url,
      signals: { orderly: "SIGTERM", crash: "SIGKILL" },
      connections: () =>
        ask(
          new Redis(url, { retryStrategy: () => null }),
          async (client) => {
            client.on("error", () => {})
            const list = String(await client.call("CLIENT", "LIST"))
            return list.trim().split("\n").length - 1
          },
          (client) => client.disconnect(),
        ),
    }
  })

export const createPostgres: CreateServer = () =>
  create("postgres", async (folder, port) => {
    const owner = await ownerOf("postgres")
    const data = join(folder, "data")
    const init = ["-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "--no-instructions"]
    await give(folder, owner)
    await run("initdb", init, { cwd: folder, env, ...owner })
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`
    const settings = ["listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`, "fsync=off"]
    return {
      args: ["-D", data, "-p", `${port}`, ...settings.flatMap((setting) => ["-c", setting])],
      url,
      owner,
      signals: { orderly: "SIGINT", crash: "SIGQUIT" },
      connections: async () => {
        const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 })
        client.on("error", () => {})
        await client.connect()
        const count = "select count(*)::int as n from pg_stat_activity where backend_type = 'client backend'"
        return ask(
          client,
          async () => (await client.query(count)).rows[0].n - 1,
          () => client.end(),
        )
      },
    }
  })

export const createMariadb: CreateServer = () =>
  create("mariadbd", async (folder, port) => {
    const owner = await ownerOf("mysql")
    const data = join(folder, "data")
    await give(folder, owner)
    await run(
      "mariadb-install-db",
      ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal"],
      { cwd: folder, env, ...owner },
    )
    const url = `mysql://root@127.0.0.1:${port}/mysql`
    return {
      args: [
        ["--no-defaults", `--datadir=${data}`, `--port=${port}`, "--bind-address=127.0.0.1"],
        [`--socket=${join(folder, "socket")}`, `--pid-file=${join(folder, "pid")}`],
        ["--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=16M"],
      ].flat(),
      url,
      owner,
      signals: { orderly: "SIGTERM", crash: "SIGKILL" },
      connections: async () => {
        const client = await mysql.createConnection({ uri: url, connectTimeout: 1000 })
        const count = "select count(*) as n from information_schema.processlist where user = 'root'"
        return ask(
          client,
          async () => {
            const [rows] = await client.query<mysql.RowDataPacket[]>(count)
            return Number(rows[0]?.n) - 1
          },
          () => client.end(),
        )
      },
    }
  })

async function create(
  command: string,
  prepare: (folder: string, port: number) => Promise<Kind>,
): Promise<OwnServer> {
  await run(command, ["--version"], { env })
  const folder = await createFolder()
  const { args, url, owner, signals, connections } = await prepare(folder.path, await freePort())
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    const options: SpawnOptions = { cwd: folder.path, stdio: "ignore", env, ...owner }
    const started = spawn(command, args, options)
    child = started
    await until(async () => {
      if (started.exitCode !== null) throw new Error(`${command} ended with status ${started.exitCode}`)
      return connections().then(
        () => true,
        () => false,
      )
    })
  }

  async function stop(how: "orderly" | "crash" = "orderly"): Promise<void> {
    const stopped = child
    child = undefined
    if (!stopped || stopped.exitCode !== null) return
    const gone = new Promise((resolve) => stopped.once("exit", resolve))
    stopped.kill(signals[how])
    await gone
  }

  return {
    url,
    start,
    stop,
    suspend: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    connections,
    remove: () => stop().then(folder.remove),
  }
}

async function ask<Client, Value>(
  client: Client,
  question: (client: Client) => Promise<Value>,
  close: (client: Client) => unknown,
): Promise<Value> {
  try {
    return await question(client)
  } finally {
    await close(client)
  }
}

/** Database servers refuse to run as root. */
async function ownerOf(name: string): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const id = async (flag: string) => Number((await run("id", [flag, name])).stdout)
  return { uid: await id("-u"), gid: await id("-g") }
}

async function give(folder: string, owner: Owner | undefined): Promise<void> {
  if (owner) await chown(folder, owner.uid, owner.gid)
}
