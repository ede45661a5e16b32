import { parseCookie } from "cookie"
import { unsign } from "cookie-signature"
import type { Request } from "express"
import { appendSetCookies, expireCookie, toSetCookie } from "../http/cookies.js"
import { forgetServerUser, serverSessionOf } from "./express-session.js"
import type { PassportRequest } from "./passport-request.js"

// biome-ignore lint/suspicious/noExplicitAny: as express-session stores declare it
type Any = any

/** The methods of an express-session store that we call. */
export interface OldSessionStore {
  /** Reads a session; calls `done` with `null` or `undefined` when there is none. */
  get(sid: string, done: (error: Any, session?: Any) => void): unknown
  /** Deletes a session. */
  destroy(sid: string, done?: (error?: Any) => void): unknown
}

/** Where the express-session sessions are stored, and the attributes of their cookie. */
export interface OldSessionPlace {
  /** The store that express-session used. Omit it while express-session is still mounted before this. */
  store?: OldSessionStore
  /** The secret that express-session used, or an array of secrets. Required with `store`. */
  secret?: string | readonly string[]
  /** The cookie's name. @default "connect.sid" */
  name?: string
  /** The attributes of the cookie, if they differ from the defaults: a browser removes a cookie only by these. */
  cookie?: {
    /** Its `Path`. @default "/" */
    path?: string
    /** Its `Domain`. @default none: the host that set it */
    domain?: string
  }
}

/** A Passport session stored by express-session. */
export interface OldSession {
  /** The session id: the same for parallel requests of a browser. */
  readonly id: string
  /** Reads the value that `serializeUser` stored; `undefined` for an anonymous session. Throws the store's error. */
  read(): Promise<unknown>
  /** Destroys the session and clears its cookie. Throws the store's error and keeps the cookie then. */
  drop(): Promise<void>
  /** Clears the cookie synchronously, then destroys the session. Throws the store's error. */
  forget(): Promise<void>
}

type Exchange = Pick<PassportRequest, "req" | "res">

/** Finds the Passport session that a request's cookie names; `undefined` for nearly all requests. */
export function findOldSession(exchange: Exchange, place: OldSessionPlace): OldSession | undefined {
  const { req } = exchange
  const running = serverSessionOf(req)
  if (running) return running.passport?.user === undefined ? undefined : runningSession(req)
  const { store } = place
  const id = store && readCookie(req, place)
  return store && id !== undefined ? storedSession(exchange, { ...place, store, id }) : undefined
}

/** Keeps the express-session session; only its user is removed. */
function runningSession(req: Request): OldSession {
  return {
    id: String(Reflect.get(req, "sessionID")),
    read: async () => serverSessionOf(req)?.passport?.user,
    drop: () => forgetServerUser(req),
    // express-session saves the change when the response ends.
    forget: async () => void delete serverSessionOf(req)?.passport,
  }
}

function storedSession(
  { res }: Exchange,
  { store, id, name = "connect.sid", cookie = {} }: OldSessionPlace & { store: OldSessionStore; id: string },
): OldSession {
  const clear = () => {
    const secure = /^__(?:Host|Secure)-/.test(name)
    appendSetCookies(res, [toSetCookie(expireCookie(name, { path: "/", ...cookie, secure }))])
  }
  return {
    id,
    read: async () => userOf(await read(store, id)),
    drop: async () => {
      await destroy(store, id)
      clear()
    },
    forget: async () => {
      clear()
      await destroy(store, id)
    },
  }
}

/** Reads the session id from a cookie signed with one of the secrets. */
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
    // File stores report a missing session as ENOENT, which express-session ignores.
    store.get(id, (error, session) => (error && error.code !== "ENOENT" ? reject(error) : resolve(session)))
  })
}

function destroy(store: OldSessionStore, id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    store.destroy(id, (error) => (error ? reject(error) : resolve()))
  })
}

/** Checks the expiry, because some stores keep expired sessions until they are purged. */
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
