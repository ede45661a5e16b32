import type { AdapterSession, AdapterUser } from "@auth/core/adapters"
import type { JWT } from "@auth/core/jwt"
import type { Session, User } from "@auth/core/types"
import type { ResolvedConfig } from "../config/resolve-config.js"

/** A session somebody is signed in with: what `getSession` and `req.auth` hold. */
export interface ActiveSession extends Session {
  /** `id` is that of the user even where `callbacks.session` leaves it out; it is then in no JSON and no copy. */
  user: NonNullable<Session["user"]> & User & { id: string }
  /** When the person signed in; nothing where nobody knows. In no JSON and no copy. */
  readonly authTime?: Date | undefined
  /** How, as `SignInProof` has it; empty where nobody knows. In no JSON and no copy. */
  readonly methods?: readonly string[] | undefined
}

type SessionCallback = NonNullable<ResolvedConfig["callbacks"]["session"]>
type CallbackParams = Parameters<SessionCallback>[0]

/** What an update hands to the callbacks, as in Auth.js. */
export interface SessionUpdate {
  trigger: "update"
  data: unknown
}

/** The session an encrypted token stands for, after the user's `callbacks.session`. */
export async function toJwtSession(
  token: JWT,
  expires: Date,
  config: ResolvedConfig,
): Promise<ActiveSession | null> {
  const session = toPlainSession(token, expires)
  const { session: callback } = config.callbacks
  if (!callback) return session
  const result = await callback({ session, token } as unknown as CallbackParams)
  return withUserId(toActiveSession(result, session.expires), token.sub)
}

/** What a token says of its user, where no callback has a say. */
export function toPlainSession({ sub, name, email, picture }: JWT, expires: Date): ActiveSession {
  const user = { name: name ?? null, email: email ?? null, image: picture ?? null }
  const known = (sub === undefined ? user : { id: sub, ...user }) as ActiveSession["user"]
  const session = { user: known, expires: expires.toISOString() }
  return sub === undefined ? withUserId(session, sub) : session
}

/** The session a database row stands for, after the user's `callbacks.session`. */
export async function toDatabaseSession(
  { session: row, user }: { session: AdapterSession; user: AdapterUser },
  config: ResolvedConfig,
  update?: SessionUpdate,
): Promise<ActiveSession | null> {
  const { id, name, email, image } = user
  const expires = row.expires.toISOString()
  const { session: callback } = config.callbacks
  if (!callback) {
    const known = { id, name: name ?? null, email, image: image ?? null }
    return { user: known as ActiveSession["user"], expires }
  }
  const params = {
    session: { ...row, user },
    user,
    ...(update && { newSession: update.data, trigger: update.trigger }),
  }
  const result = await callback(params as unknown as CallbackParams)
  return withUserId(toActiveSession(result, expires), id)
}

/** Guards and handlers rely on the id; a client gets it only where the callback says so. */
function withUserId<Found extends ActiveSession | null>(session: Found, id: string | undefined): Found {
  if (!session || typeof session.user.id === "string") return session
  const user = Object.isExtensible(session.user) ? session.user : { ...session.user }
  Object.defineProperty(user, "id", { value: id ?? "", configurable: true, writable: true })
  return user === session.user ? session : { ...session, user }
}

/**
 * A callback's result counts as signed in only when it is an object with a user: an error object, a string or an
 * empty object must never open a door. `null` refuses the session; anything else is a mistake, and no sign-out.
 *
 * @throws {TypeError}
 */
function toActiveSession(result: unknown, expires: string): ActiveSession | null {
  if (result === null) return null
  const { user, expires: said = expires, ...rest }: Partial<ActiveSession> = Object(result)
  if (typeof user === "object" && user !== null) return { ...rest, user, expires: toDateText(said) }
  const what = typeof result === "object" ? "a session without `user`" : String(JSON.stringify(result))
  throw new TypeError(
    `callbacks.session returned ${what}; expected the session with its \`user\`, or null to refuse it.`,
  )
}

/** A callback that hands on what it was given hands on the row's own date. */
function toDateText(date: string | Date): string {
  return date instanceof Date ? date.toISOString() : date
}
