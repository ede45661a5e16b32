import { parseSetCookie } from "cookie"
import { defaultOrigin, startTestSession, type TestedApp } from "./start-test-session.js"
import type { TestPerson } from "./test-person.js"

/** A cookie of a session, in the form that Playwright and Puppeteer accept. */
export interface SessionCookie {
  /** The full name, with its prefix. */
  readonly name: string
  /** The value as the `Cookie` header has it. */
  readonly value: string
  /** The host of the origin, or the `domain` of the cookie. */
  readonly domain: string
  /** The path below which browsers send it. */
  readonly path: string
  /** Seconds since 1970; -1 for a cookie that ends with the browser. */
  readonly expires: number
  /** Whether scripts cannot read it. */
  readonly httpOnly: boolean
  /** Whether browsers send it over HTTPS only. */
  readonly secure: boolean
  /** When browsers send it with requests from other sites. */
  readonly sameSite: "Strict" | "Lax" | "None"
}

/** The cookies of a session that was started for a test. */
export interface SessionCookies {
  /** The value of a `Cookie` header. */
  readonly header: string
  /** Each cookie with its attributes. */
  readonly cookies: SessionCookie[]
}

/**
 * Signs a person in, and returns the cookies for a client of your choice.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_TESTING` in production and on misuse; `ERR_AUTH_LOGIN` if a callback or a store
 * fails
 * @example
 * const { header } = await sessionCookies(app, { user: { name: "Ada" } })
 * const response = await fetch(`${url}/account`, { headers: { cookie: header } })
 */
export async function sessionCookies(app: TestedApp, person: TestPerson = {}): Promise<SessionCookies> {
  const lines = await startTestSession(app, person, { name: "sessionCookies()", isDirect: true })
  return toSessionCookies(lines, person.origin)
}

/** Reads the lines of Set-Cookie headers as a browser at this origin does. */
export function toSessionCookies(lines: readonly string[], origin: string = defaultOrigin): SessionCookies {
  const { hostname } = new URL(origin)
  const cookies = lines.map((line) => toCookie(line, hostname))
  return { cookies, header: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") }
}

const sameSites = { strict: "Strict", lax: "Lax", none: "None" } as const

function toCookie(line: string, hostname: string): SessionCookie {
  const parsed = parseSetCookie(line, { decode: (value) => value })
  const { name, value = "", domain = hostname, path = "/", expires, sameSite } = parsed
  const { httpOnly = false, secure = false } = parsed
  const end = expires ? Math.floor(expires.getTime() / 1000) : -1
  const known = typeof sameSite === "string" ? sameSites[sameSite] : sameSites.lax
  return { name, value, domain, path, expires: end, httpOnly, secure, sameSite: known }
}
