import { parseCookie } from "cookie"
import { unsign } from "cookie-signature"
import type { Request } from "express"
import { appendSetCookies, expireCookie, toSetCookie } from "../http/cookies.js"
import { forgetServerUser, serverSessionOf } from "./express-session.js"
import type { Visit } from "./passport-request.js"

// biome-ignore lint/suspicious/noExplicitAny: as the stores of express-session declare it
type Any = any

/** What of a store of express-session's is used. */
export interface OldSessionStore {
  get(sid: string, done: (error: Any, session?: Any) => void): unknown
  destroy(sid: string, done?: (error?: Any) => void): unknown
}

/** Where the sessions of express-session are, and what their cookie is like. */
export interface OldSessionPlace {
  /** The store that express-session had. Left out where express-session still runs before this. */
  store?: OldSessionStore
  /** The secret that express-session had, or the list of them. */
  secret?: string | readonly string[]
  /** The cookie's name. @default "connect.sid" */
  name?: string
  /** What the cookie was set with, as far as it was not the default. */
  cookie?: { path?: string; domain?: string }
}

/** A session of Passport's in express-session. */
export interface OldSession {
  /** The same for parallel requests of a browser. */
  readonly id: string
  /** What `serializeUser` made of who is signed in; `undefined` for nobody. Throws what the store threw. */
  read(): Promise<unknown>
  /** Destroys it, so that it signs in no one again, and clears its cookie. Throws what the store threw; the cookie then stays. */
  drop(): Promise<void>
}

/** The session of Passport's that a request brings; `undefined` for nearly all requests. */
export function findOldSession(visit: Visit, place: OldSessionPlace): OldSession | undefined {
  const { req } = visit
  const running = serverSessionOf(req)
  if (running) return running.passport?.user === undefined ? undefined : runningSession(req)
  const { store } = place
  const id = store && readCookie(req, place)
  return store && id !== undefined ? storedSession(visit, { ...place, store, id }) : undefined
}

/** express-session goes on: only who is signed in leaves it. */
function runningSession(req: Request): OldSession {
  return {
    id: String(Reflect.get(req, "sessionID")),
    read: async () => serverSessionOf(req)?.passport?.user,
    drop: () => forgetServerUser(req),
  }
}

function storedSession(
  { res }: Visit,
  { store, id, name = "connect.sid", cookie = {} }: OldSessionPlace & { store: OldSessionStore; id: string },
): OldSession {
  return {
    id,
    read: async () => userOf(await read(store, id)),
    drop: async () => {
      await destroy(store, id)
      const secure = /^__(?:Host|Secure)-/.test(name)
      appendSetCookies(res, [toSetCookie(expireCookie(name, { path: "/", ...cookie, secure }))])
    },
  }
}

/** The identifier in a cookie that one of the secrets vouches for. */
function readCookie(
  { headers }: Request,
  { name = "connect.sid", secret = [] }: OldSessionPlace,
): string | undefined {
  if (!headers.cookie?.includes(name)) return
  const value = parseCookie(headers.cookie)[name]
  if (!value?.startsWith("s:")) return
  const ids = [secret].flat().map((one) => unsign(value.slice(2), one))
  return ids.find((id) => id !== false)
}

function read(store: OldSessionStore, id: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // Stores on files fail like this for a session that is not there, and express-session does not mind.
    store.get(id, (error, session) => (error && error.code !== "ENOENT" ? reject(error) : resolve(session)))
  })
}

function destroy(store: OldSessionStore, id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    store.destroy(id, (error) => (error ? reject(error) : resolve()))
  })
}

/** Some stores keep what has expired until they are cleaned. */
function userOf(session: unknown): unknown {
  const { passport, cookie } = Object(session) as {
    passport?: { user?: unknown }
    cookie?: { expires?: unknown }
  }
  const { expires } = cookie ?? {}
  const end =
    typeof expires === "string" || expires instanceof Date ? new Date(expires).getTime() : Number.NaN
  return end <= Date.now() ? undefined : (passport?.user ?? undefined)
}
