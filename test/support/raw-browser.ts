import { type RawAnswer, sendRaw } from "./raw-request.js"

type Headers = Record<string, string>

/**
 * Sends a proxy's headers and stores cookies by name alone, because the host it connects to is not the cookies' host.
 */
export class RawBrowser {
  readonly lines: string[] = []
  readonly #cookies = new Map<string, string>()
  readonly #port: number
  readonly #headers: Headers

  constructor(port: number, headers: Headers) {
    this.#port = port
    this.#headers = { accept: "text/html", ...headers }
  }

  cookieNames(): string[] {
    return [...this.#cookies.keys()]
  }

  /** Sets a cookie as an attacker on a sub-domain could. */
  plant(name: string, value: string): void {
    this.#cookies.set(name, value)
  }

  get(path: string): Promise<RawAnswer> {
    return this.#send(path, "GET")
  }

  post(path: string, fields: URLSearchParams): Promise<RawAnswer> {
    const type = { "content-type": "application/x-www-form-urlencoded" }
    return this.#send(path, "POST", { ...type, "x-requested-with": "x" }, fields.toString())
  }

  async #send(path: string, method: string, more: Headers = {}, body?: string): Promise<RawAnswer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ")
    const headers = { ...this.#headers, ...more, ...(cookie && { cookie }) }
    const answer = await sendRaw(this.#port, path, { method, headers, ...(body !== undefined && { body }) })
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
      this.lines.push(line)
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value) this.#cookies.set(name, value)
      else this.#cookies.delete(name)
    }
    return answer
  }
}
