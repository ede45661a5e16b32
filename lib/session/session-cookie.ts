import { parseCookie } from "cookie"
import type { Request } from "express"
import type { CookieDefinition } from "../config/cookies.js"
import { type Cookie, expireCookie } from "../http/cookies.js"
import { readChunkedCookie, toCookieChunks } from "./chunked-cookie.js"

/** The session token a browser sent, put together from its chunks. */
export function readSessionCookie(req: Request, { name }: CookieDefinition): string | undefined {
  return readChunkedCookie(req.headers.cookie, name)?.value
}

/** The cookies that store a session token, and those that remove chunks of an earlier, longer one. */
export function writeSessionCookie(
  req: Request,
  { name, options }: CookieDefinition,
  value: string,
  expires: Date,
): Cookie[] {
  const chunks = toCookieChunks(name, value)
  const written = new Set(chunks.map((chunk) => chunk.name))
  const stale = namesOf(req, name).filter((old) => !written.has(old))
  return [
    ...chunks.map((chunk) => ({ ...chunk, options: { ...options, expires } })),
    ...stale.map((old) => expireCookie(old, options)),
  ]
}

/** The cookies that end a session in this browser: every chunk it sent, whole or not. */
export function clearSessionCookie(req: Request, { name, options }: CookieDefinition): Cookie[] {
  return namesOf(req, name).map((old) => expireCookie(old, options))
}

function namesOf(req: Request, name: string): string[] {
  const sent = Object.keys(parseCookie(req.headers.cookie ?? ""))
  return sent.filter((other) => other === name || isChunk(other, name))
}

function isChunk(other: string, name: string): boolean {
  return other.startsWith(`${name}.`) && /^\d+$/.test(other.slice(name.length + 1))
}
