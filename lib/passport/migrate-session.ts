import type { Request, RequestHandler } from "express"
import { LRUCache } from "lru-cache"
import { hasEnded } from "../actions/stop-session.js"
import { ConfigError, ExpressAuthError } from "../errors.js"
import { joinSession } from "../session/get-session.js"
import { logIn } from "./login.js"
import { findOldSession, type OldSession, type OldSessionPlace } from "./old-session.js"
import { type Visit, visitOf } from "./passport-request.js"
import { sendsLaxCookies } from "./sends-lax-cookies.js"

type User = Express.User | null | false | undefined

export interface MigrationOptions extends OldSessionPlace {
  /**
   * Finds the user by what the app's `serializeUser` made of them, as the function of that name did. Nobody is signed in
   * where it finds nobody.
   */
  // biome-ignore lint/suspicious/noExplicitAny: whatever that function made
  deserializeUser: (serialized: any, req: Request) => User | PromiseLike<User>
}

/** A session of ours that came of an old one. */
interface Carried {
  readonly token: string
  /** What `serializeUser` had made. */
  readonly serialized: unknown
}

/** Milliseconds in which a browser may still ask with the old cookie, since it asked before the answer came. */
const overlap = 5000

/**
 * Keeps people signed in while an app moves from Passport with express-session: a session of theirs is read once, goes on
 * as one of ours, and is removed from its store. Mount it after `passport(auth)`; take it out when the old sessions have
 * expired.
 *
 * Nobody is signed in by a request that another site made the browser send. Where the old store cannot be reached, the
 * request is anonymous, the failure is logged, and the next request tries again.
 *
 * @throws {ConfigError} at construction, `ERR_AUTH_INVALID_OPTION`
 * @throws through `next(err)`: what `deserializeUser` throws; `ERR_AUTH_LOGIN` (503) where no session can be begun
 * @example
 * app.use(passport(auth))
 * app.use(migratePassportSession({ store, secret: process.env.SESSION_SECRET, deserializeUser: (id) => users.find(id) }))
 */
export function migratePassportSession(options: MigrationOptions): RequestHandler {
  checkOptions(options)
  const carried = new LRUCache<string, Promise<Carried | undefined>>({ max: 10_000, ttl: overlap })

  async function carryOver(visit: Visit, former: OldSession): Promise<void> {
    if (visit.req.auth) return former.drop().catch((error) => visit.config.logger.error(error))
    if (!sendsLaxCookies(visit.req, visit.config)) return
    const known = carried.get(former.id)
    if (known) return follow(visit, former, { ...options, carried: await known })
    const carrying = begin(visit, former, options)
    carried.set(former.id, carrying)
    try {
      if (!(await carrying)) carried.delete(former.id)
    } catch (error) {
      carried.delete(former.id)
      throw error
    }
  }

  return function migratePassportSession(req, _res, next) {
    const visit = requireVisit(req)
    const former = findOldSession(visit, options)
    if (former) carryOver(visit, former).then(() => next(), next)
    else next()
  }
}

/**
 * There is a new session only if the old one could be destroyed: it would sign the same person in again after they have
 * signed out. And the old one is destroyed only once there is a new one.
 */
async function begin(
  visit: Visit,
  former: OldSession,
  { deserializeUser }: MigrationOptions,
): Promise<Carried | undefined> {
  const { req, config } = visit
  const serialized = await former.read().catch((error) => config.logger.error(error))
  const user = isSomebody(serialized) ? await deserializeUser(serialized, req) : undefined
  const token = user
    ? await logIn(visit, user, { keepSessionInfo: true, prepare: () => requireDrop(former) }).catch(
        logUnlessOutage(visit),
      )
    : undefined
  return token === undefined ? undefined : { token, serialized }
}

async function requireDrop(former: OldSession): Promise<void> {
  try {
    await former.drop()
  } catch (cause) {
    const message =
      "The old session could not be destroyed, so none was begun in its place; the next request tries again."
    throw new ExpressAuthError("ERR_AUTH_LOGIN", message, { cause })
  }
}

/** A request of the same browser, sent before it knew of its new session, is part of that one. */
async function follow(
  { req, res, config }: Visit,
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

/** As Passport has it: an id of 0 is one. */
function isSomebody(serialized: unknown): boolean {
  return Boolean(serialized) || serialized === 0
}

/** Whom the database does not know, or a callback refuses, is nobody; to everyone else the app answers as before. */
function logUnlessOutage({ config }: Visit): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof ExpressAuthError) || error.status === 503) throw error
    config.logger.error(error)
  }
}

function requireVisit(req: Request): Visit {
  const visit = visitOf(req)
  if (visit) return visit
  throw misuse(
    "migratePassportSession() comes after passport(auth): app.use(passport(auth), migratePassportSession(…)).",
  )
}

function checkOptions({ deserializeUser, store, secret, name, cookie, ...others }: MigrationOptions): void {
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw misuse(`migratePassportSession() knows no option "${unknown}".`)
  if (typeof deserializeUser !== "function")
    throw misuse("migratePassportSession({ deserializeUser }) expects a function.")
  if (store !== undefined) checkPlace(store, secret)
  else if ([secret, name, cookie].some((one) => one !== undefined))
    throw misuse("migratePassportSession() needs the `store` that express-session had.")
}

function checkPlace(
  store: NonNullable<OldSessionPlace["store"]>,
  secret: OldSessionPlace["secret"] = [],
): void {
  if (typeof store?.get !== "function" || typeof store.destroy !== "function")
    throw misuse(
      "migratePassportSession({ store }) expects a store of express-session's, with get() and destroy().",
    )
  const secrets: readonly unknown[] = [secret].flat()
  if (secrets.length === 0 || !secrets.every((one) => typeof one === "string" && one !== ""))
    throw misuse(
      "migratePassportSession({ secret }) expects the secret that express-session had, or a list of them.",
    )
}

function misuse(message: string): ConfigError {
  return new ConfigError("ERR_AUTH_INVALID_OPTION", message)
}
