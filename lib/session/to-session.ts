import type { AdapterUser } from "@auth/core/adapters"
import type { JWT } from "@auth/core/jwt"
import type { Session, User } from "@auth/core/types"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { DeviceSession } from "../stores/adapter-extras.js"

/** A signed-in user's session, as returned by `getSession` and found on `req.auth`. */
export interface ActiveSession extends Session {
  /**
   * The user. `id` is always present; if `callbacks.session` omits it, it is non-enumerable and left out of JSON and
   * copies.
   */
  user: NonNullable<Session["user"]> &
    User & {
      /** The user's id: the adapter's or, without a database, one that is the same at every sign-in with an account. */
      id: string
    }
  /** When the user signed in; `undefined` if unknown. Non-enumerable: left out of JSON and copies. */
  readonly authTime?: Date | undefined
  /**
   * How the user signed in, with the values of `SignInProof.methods`; empty if unknown. Non-enumerable: left out of
   * JSON and copies.
   */
  readonly methods?: readonly string[] | undefined
}

type SessionCallback = NonNullable<ResolvedConfig["callbacks"]["session"]>
type CallbackParams = Parameters<SessionCallback>[0]

/** Passed to the callbacks on an update, as in Auth.js. */
export interface SessionUpdate {
  /** Always `"update"`. */
  trigger: "update"
  /** The data given to `updateSession()` or posted to the session route. Untrusted if it comes from a visitor. */
  data: unknown
}

/**
 * Builds the session of a token and runs `callbacks.session`.
 *
 * @returns `null` if the callback refuses the session
 * @throws {TypeError} if the callback returns anything but a session or `null`
 */
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

/** Builds the session of a token without running callbacks. */
export function toPlainSession({ sub, name, email, picture }: JWT, expires: Date): ActiveSession {
  const user = { name: name ?? null, email: email ?? null, image: picture ?? null }
  const withId = (sub === undefined ? user : { id: sub, ...user }) as ActiveSession["user"]
  const session = { user: withId, expires: expires.toISOString() }
  return sub === undefined ? withUserId(session, sub) : session
}

/**
 * Builds the session of a database row and runs `callbacks.session`.
 *
 * @param update passed to the callback as `newSession` and `trigger`
 * @returns `null` if the callback refuses the session
 * @throws {TypeError} if the callback returns anything but a session or `null`
 */
export async function toDatabaseSession(
  { session: row, user }: { session: DeviceSession; user: AdapterUser },
  config: ResolvedConfig,
  update?: SessionUpdate,
): Promise<ActiveSession | null> {
  const { id, name, email, image } = user
  const expires = row.expires.toISOString()
  const { session: callback } = config.callbacks
  if (!callback) {
    const sessionUser = { id, name: name ?? null, email, image: image ?? null }
    return { user: sessionUser as ActiveSession["user"], expires }
  }
  const { signIn: _signIn, ...session } = row
  const params = {
    session: { ...session, user },
    user,
    ...(update && { newSession: update.data, trigger: update.trigger }),
  }
  const result = await callback(params as unknown as CallbackParams)
  return withUserId(toActiveSession(result, expires), id)
}

/** Guards and handlers rely on the id; clients receive it only if the callback includes it. */
function withUserId<Found extends ActiveSession | null>(session: Found, id: string | undefined): Found {
  if (!session || typeof session.user.id === "string") return session
  const user = Object.isExtensible(session.user) ? session.user : { ...session.user }
  Object.defineProperty(user, "id", { value: id ?? "", configurable: true, writable: true })
  return user === session.user ? session : { ...session, user }
}

/**
 * Accepts a callback's result only if it is an object with a user, so that an error object, a string or an empty object
 * never signs anyone in. `null` refuses the session; anything else is a mistake in the app, not a sign-out.
 */
function toActiveSession(result: unknown, expires: string): ActiveSession | null {
  if (result === null) return null
  const { user, expires: returned = expires, ...rest }: Partial<ActiveSession> = Object(result)
  if (typeof user === "object" && user !== null) return { ...rest, user, expires: toIsoString(returned) }
  const value = typeof result === "string" ? JSON.stringify(result) : String(result)
  const what = typeof result === "object" ? "a session without `user`" : value
  throw new TypeError(
    `callbacks.session returned ${what}; expected the session with its \`user\`, or null to refuse it.`,
  )
}

/** A callback that returns its `session` argument returns the row's `Date`. */
function toIsoString(date: string | Date): string {
  return date instanceof Date ? date.toISOString() : date
}
