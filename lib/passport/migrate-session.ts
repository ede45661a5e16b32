import type { Request, RequestHandler } from "express"
import { LRUCache } from "lru-cache"
import { hasEnded } from "../actions/stop-session.js"
import { ConfigError, ExpressAuthError } from "../errors.js"
import { onSignInOrOut } from "../session/end-session.js"
import { joinSession } from "../session/get-session.js"
import { logIn } from "./login.js"
import { findOldSession, type OldSession, type OldSessionPlace } from "./old-session.js"
import { type PassportRequest, passportRequestOf } from "./passport-request.js"
import { sendsLaxCookies } from "./sends-lax-cookies.js"

type User = Express.User | null | false | undefined

/** Options of {@link migratePassportSession}. */
export interface MigrationOptions extends OldSessionPlace {
  /**
   * Finds the user for the value that the app's `serializeUser` stored, as the function passed to
   * `passport.deserializeUser()` did. With no user found, the request stays anonymous.
   */
  // biome-ignore lint/suspicious/noExplicitAny: the app's serializeUser decides
  deserializeUser: (serialized: any, req: Request) => User | PromiseLike<User>
}

/** A session that replaced an old one. */
interface Carried {
  readonly token: string
  /** The value that `serializeUser` stored. */
  readonly serialized: unknown
}

/** Milliseconds during which parallel requests of a browser can still arrive with the old cookie. */
const overlap = 5000

/**
 * Returns middleware that keeps users signed in while an app moves from Passport with express-session. It reads an old
 * session once, starts one of ours in its place, and deletes the old one from its store. Mount it after
 * `passport(auth)`, and remove it when the old sessions have expired.
 *
 * A sign-in or sign-out, on our routes as well, clears the old cookie even if the old store fails.
 *
 * Cross-site requests migrate nothing. While the old store is unreachable, the request is anonymous, the error is
 * logged, and the next request retries.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` at construction
 * @throws through `next(err)`: errors of `deserializeUser`; `ERR_AUTH_LOGIN` (503) when no session could be started
 * @example
 * app.use(passport(auth))
 * app.use(migratePassportSession({ store, secret: process.env.SESSION_SECRET, deserializeUser: (id) => users.find(id)
 * }))
 */
export function migratePassportSession(options: MigrationOptions): RequestHandler {
  checkOptions(options)
  const carried = new LRUCache<string, Promise<Carried | undefined>>({ max: 10_000, ttl: overlap })
  // Ids of old sessions that a sign-in or sign-out replaced: late requests, and copies of the cookie, revive none.
  const forgotten = new LRUCache<string, true>({ max: 10_000 })

  onSignInOrOut((req, res) => {
    const former = findOldSession({ req, res }, options)
    if (former && options.store) forgotten.set(former.id, true)
    return former?.forget()
  })

  async function carryOver(equipped: PassportRequest, former: OldSession): Promise<void> {
    if (equipped.req.auth || forgotten.has(former.id))
      return former.drop().catch((error) => equipped.config.logger.error(error))
    if (!sendsLaxCookies(equipped.req, equipped.config)) return
    const known = carried.get(former.id)
    if (known) return follow(equipped, former, { ...options, carried: await known })
    const carrying = replace(equipped, former, options)
    carried.set(former.id, carrying)
    try {
      if (!(await carrying)) carried.delete(former.id)
    } catch (error) {
      carried.delete(former.id)
      throw error
    }
  }

  return function migratePassportSession(req, _res, next) {
    const equipped = requirePassportRequest(req)
    const former = findOldSession(equipped, options)
    if (former) carryOver(equipped, former).then(() => next(), next)
    else next()
  }
}

/**
 * Starts a new session only if the old one can be destroyed, which would otherwise sign the user in again after they
 * sign out. Destroys the old one only once the new one exists.
 */
async function replace(
  equipped: PassportRequest,
  former: OldSession,
  { deserializeUser }: MigrationOptions,
): Promise<Carried | undefined> {
  const { req, config } = equipped
  const serialized = await former.read().catch((error) => config.logger.error(error))
  const user = isSerializedUser(serialized) ? await deserializeUser(serialized, req) : undefined
  const token = user
    ? await logIn(equipped, user, { keepSessionInfo: true, prepare: () => requireDrop(former) }).catch(
        logUnlessOutage(equipped),
      )
    : undefined
  return token === undefined ? undefined : { token, serialized }
}

async function requireDrop(former: OldSession): Promise<void> {
  try {
    await former.drop()
  } catch (cause) {
    const message =
      "The old session could not be destroyed, so no new session was started. The next request retries."
    throw new ExpressAuthError("ERR_AUTH_LOGIN", message, { cause })
  }
}

/** Joins a request that the browser sent with its old cookie to the session that has replaced it. */
async function follow(
  { req, res, config }: PassportRequest,
  former: OldSession,
  { carried, deserializeUser }: MigrationOptions & { carried: Carried | undefined },
): Promise<void> {
  if (carried && hasEnded(carried.token)) return
  const user = carried && (await deserializeUser(carried.serialized, req))
  const { session } = user ? await joinSession(req, config, carried.token) : {}
  if (!session) return
  Object.assign(req, { user })
  req.auth = session
  res.locals.session = session
  await former.drop().catch((error) => config.logger.error(error))
}

/** Accepts an id of 0, as Passport does. */
function isSerializedUser(serialized: unknown): boolean {
  return Boolean(serialized) || serialized === 0
}

/**
 * Logs a user without an id, or one that a callback refused, and leaves the request anonymous; rethrows everything
 * else.
 */
function logUnlessOutage({ config }: PassportRequest): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof ExpressAuthError) || error.status === 503) throw error
    config.logger.error(error)
  }
}

function requirePassportRequest(req: Request): PassportRequest {
  const equipped = passportRequestOf(req)
  if (equipped) return equipped
  throw misuse(
    "migratePassportSession() ran before passport(auth). Mount it after: app.use(passport(auth), migratePassportSession(…)).",
  )
}

function checkOptions({ deserializeUser, store, secret, name, cookie, ...others }: MigrationOptions): void {
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw misuse(`migratePassportSession() has no option "${unknown}".`)
  if (typeof deserializeUser !== "function")
    throw misuse("migratePassportSession({ deserializeUser }) expects a function.")
  if (store !== undefined) checkPlace(store, secret)
  else if ([secret, name, cookie].some((one) => one !== undefined))
    throw misuse("migratePassportSession() needs `store`: the store that express-session used.")
}

function checkPlace(
  store: NonNullable<OldSessionPlace["store"]>,
  secret: OldSessionPlace["secret"] = [],
): void {
  if (typeof store?.get !== "function" || typeof store.destroy !== "function")
    throw misuse(
      "migratePassportSession({ store }) expects an express-session store, with get() and destroy().",
    )
  const secrets: readonly unknown[] = [secret].flat()
  if (secrets.length === 0 || !secrets.every((one) => typeof one === "string" && one !== ""))
    throw misuse(
      "migratePassportSession({ secret }) expects the secret that express-session used, or an array of secrets.",
    )
}

function misuse(message: string): ConfigError {
  return new ConfigError("ERR_AUTH_INVALID_OPTION", message)
}
