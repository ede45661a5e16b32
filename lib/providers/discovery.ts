import { LRUCache } from "lru-cache"

/** A response whose body has been read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** A discovery document (OpenID Connect Discovery 1.0, section 3), unchecked. */
export type ServerMetadata = Readonly<Record<string, unknown>>

/** What one call to core found out about a provider. */
export interface DiscoveredServer {
  metadata?: ServerMetadata | undefined
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
 * The discovery documents of one provider, which core requests at every sign-in and every callback. Cached as long as
 * `Cache-Control` allows, at most a day; an hour without it. Concurrent requests share one response. Failures and
 * documents of another issuer are not cached.
 */
export class DiscoveryDocuments {
  readonly #kept = new LRUCache<string, Kept>({ max: maxDocuments })
  readonly #asked = new Map<string, Promise<Answer>>()
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** Returns the document at a URL, cached or requested. */
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

/** Parses a JSON object; returns `undefined` for any other text. */
export function readJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** Whether a document belongs to the issuer: core refuses any other, which must not be cached. */
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

/** Returns how long a response may be cached (RFC 9111, section 4.2). */
function secondsToKeep(headers: Headers): number {
  const control = headers.get("cache-control") ?? ""
  if (/\bno-(?:store|cache)\b/i.test(control)) return 0
  const [, maxAge] = /\bmax-age="?(\d+)/i.exec(control) ?? []
  if (maxAge === undefined) return hour
  const age = Number(headers.get("age") ?? 0)
  return Math.min(Number(maxAge) - (age > 0 ? age : 0), day)
}
