import { parseCookie } from "cookie"
import type { Request } from "express"
import type { CookieDefinition } from "../config/cookies.js"
import { type Cookie, expireCookie } from "../http/cookies.js"
import { readChunkedCookie, toCookieChunks } from "./chunked-cookie.js"
import type { SessionContext } from "./session-reading.js"

/** Browsers keep cookies up to this size; a longer session goes into several. */
const cookieLimit = 4096
/** Many servers and proxies refuse requests whose headers pass 8 KB. */
const headerLimit = 7 * 1024

/** The session token a browser sent, put together from its chunks; `undefined` where there is none or a piece is missing. */
export function readSessionCookie(req: Request, { name }: CookieDefinition): string | undefined {
  return readChunkedCookie(req.headers.cookie, name)?.value || undefined
}

/** The cookies that store a session token, and those that remove chunks of an earlier, longer one. */
export function writeSessionCookie(
  { req, config }: Pick<SessionContext, "req" | "config">,
  { name, options }: CookieDefinition,
  value: string,
  expires: Date,
): Cookie[] {
  const chunks = toCookieChunks(name, value)
  const written = new Set(chunks.map((chunk) => chunk.name))
  const stale = namesOf(req, name).filter((old) => !written.has(old))
  warnOfSize(req, name, value, config)
  return [
    ...chunks.map((chunk) => ({ ...chunk, options: { ...options, expires } })),
    ...stale.map((old) => expireCookie(old, options)),
  ]
}

/** The cookies that end a session in this browser: every chunk it sent, whole or not. */
export function clearSessionCookie(req: Request, { name, options }: CookieDefinition): Cookie[] {
  return namesOf(req, name).map((old) => expireCookie(old, options))
}

function namesOf(req: Request, name: string): readonly string[] {
  return readChunkedCookie(req.headers.cookie, name)?.names ?? []
}

const warned = new WeakSet<SessionContext["config"]>()

/** Says once what will otherwise show as requests that a proxy refuses without a word. */
function warnOfSize(req: Request, name: string, value: string, config: SessionContext["config"]): void {
  if (value.length <= cookieLimit - 160 || warned.has(config)) return
  warned.add(config)
  const others = Object.entries(parseCookie(req.headers.cookie ?? ""))
    .filter(([other]) => !other.startsWith(name))
    .reduce((size, [other, text = ""]) => size + other.length + text.length + 3, 0)
  const total = others + value.length
  const danger =
    total > headerLimit ? " With it all cookies come near 8 KB, where proxies refuse requests." : ""
  config.logger.warn(
    "session-cookie-size",
    `A session takes ${value.length} characters and had to be split into several cookies.${danger} Keep less in the ` +
      "token (callbacks.jwt), or use database sessions.",
  )
}
