import { LRUCache } from "lru-cache"

/** What a server answered, with its body read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

type Ask = (url: string) => Promise<Answer>

interface Kept {
  readonly answer: Answer
  /** Milliseconds since 1970. */
  readonly until: number
}

const hour = 60 * 60
const day = 24 * hour
const maxDocuments = 100
const maxCharacters = 128 * 1024

/** Whether a URL is that of a discovery document (OpenID Connect Discovery 1.0, RFC 8414). */
export function isDiscoveryUrl({ pathname }: URL): boolean {
  return (
    pathname.endsWith("/.well-known/openid-configuration") ||
    pathname.includes("/.well-known/oauth-authorization-server")
  )
}

/**
 * The discovery documents of one provider. Core asks for them at every sign-in and every callback; here they are kept
 * for as long as `Cache-Control` says, at most a day, or an hour where it says nothing. Requests at the same time share
 * one answer. Only documents are kept: no failure, nothing that is not about the issuer that was asked for.
 */
export class DiscoveryDocuments {
  readonly #kept = new LRUCache<string, Kept>({ max: maxDocuments })
  readonly #asked = new Map<string, Promise<Answer>>()
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  get(url: string): Promise<Answer> {
    const kept = this.#kept.get(url)
    if (kept && Date.now() < kept.until) return Promise.resolve(kept.answer)
    const asked = this.#asked.get(url) ?? this.#request(url)
    this.#asked.set(url, asked)
    return asked
  }

  async #request(url: string): Promise<Answer> {
    try {
      const answer = await this.#ask(url)
      const seconds = isDocumentOf(url, answer) ? secondsToKeep(answer.headers) : 0
      if (seconds > 0) this.#kept.set(url, { answer, until: Date.now() + seconds * 1000 })
      else this.#kept.delete(url)
      return answer
    } finally {
      this.#asked.delete(url)
    }
  }
}

/** @returns the members of a JSON object, or `undefined` for any other text */
export function readJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** A document of somebody else, which core will refuse, must not be refused for an hour. */
function isDocumentOf(url: string, { status, text }: Answer): boolean {
  if (status !== 200 || text.length > maxCharacters) return false
  const issuer = readJsonObject(text)?.issuer
  if (typeof issuer !== "string" || !URL.canParse(issuer)) return false
  const { origin, pathname } = new URL(issuer)
  const asked = new URL(url)
  const path = pathname.replace(/\/$/, "")
  return (
    asked.origin === origin &&
    [`${path}/.well-known/openid-configuration`, `/.well-known/oauth-authorization-server${path}`].includes(
      asked.pathname,
    )
  )
}

/** As the answer's own `Cache-Control` says (RFC 9111, section 4.2). */
function secondsToKeep(headers: Headers): number {
  const control = headers.get("cache-control") ?? ""
  if (/\bno-(?:store|cache)\b/i.test(control)) return 0
  const [, maxAge] = /\bmax-age="?(\d+)/i.exec(control) ?? []
  if (maxAge === undefined) return hour
  const age = Number(headers.get("age") ?? 0)
  return Math.min(Number(maxAge) - (age > 0 ? age : 0), day)
}
