import { type ChildProcess, spawn } from "node:child_process"
import { type RequestListener, request } from "node:http"
import { fileURLToPath } from "node:url"
import { type Listening, listen } from "../support/listen.js"
import type { RotationProcessOptions } from "./rotation-process.js"

const script = fileURLToPath(new URL("rotation-process.ts", import.meta.url))

export const processNames = ["first", "second"] as const
export type ProcessName = (typeof processNames)[number]
export type Secrets = Record<string, string>

interface Running {
  child: ChildProcess
  port: number
}

/** Two processes of an app behind a load balancer that sends each request where the test wants it. */
export class ProcessPair {
  /** The process that answers. */
  answering: ProcessName = "first"
  readonly url: string
  readonly #balancer: Listening
  readonly #options: RotationProcessOptions
  readonly #running: Map<ProcessName, Running>

  private constructor(
    balancer: Listening,
    options: RotationProcessOptions,
    running: Map<ProcessName, Running>,
  ) {
    this.url = balancer.url
    this.#balancer = balancer
    this.#options = options
    this.#running = running
  }

  static async start(options: RotationProcessOptions, secrets: Secrets): Promise<ProcessPair> {
    const running = new Map<ProcessName, Running>()
    const forward: RequestListener = (req, res) => {
      const { method, headers, url: path } = req
      const port = running.get(pair.answering)?.port
      // A kept connection may be closed by its process while a request is on its way.
      const onward = request({ agent: false, host: "localhost", port, method, path, headers }, (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(res)
      })
      req.pipe(onward)
    }
    const pair = new ProcessPair(await listen(forward), options, running)
    for (const name of processNames) await pair.restart(name, secrets)
    return pair
  }

  /** Starts a process with these secrets in place of the one of that name, which ends when the new one answers. */
  async restart(name: ProcessName, secrets: Secrets): Promise<void> {
    const before = this.#running.get(name)
    this.#running.set(name, await this.#spawn(secrets))
    before?.child.kill()
  }

  async close(): Promise<void> {
    for (const { child } of this.#running.values()) child.kill()
    await this.#balancer.close()
  }

  #spawn(secrets: Secrets): Promise<Running> {
    const flags = ["--import=tsx", "--conditions=source", script, JSON.stringify(this.#options)]
    const env = { PATH: process.env.PATH, AUTH_URL: this.url, ...secrets }
    const child = spawn(process.execPath, flags, { env, stdio: ["pipe", "pipe", "inherit"] })
    return new Promise((resolve, reject) => {
      child.stdout.once("data", (line: Buffer) => resolve({ child, port: Number(line.toString()) }))
      child.once("exit", (code) => reject(new Error(`The process ended with ${code}`)))
    })
  }
}
