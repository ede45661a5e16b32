import type { Adapter, AdapterSession } from "@auth/core/adapters"
import { ConfigError } from "../errors.js"
import type { AdapterExtras, SharedStores } from "./adapter-extras.js"
import { findToken } from "./find-token.js"

/** Session methods of a store that has no users, such as `redis()`. */
export interface SessionPart
  extends Required<Pick<Adapter, "createSession" | "updateSession" | "deleteSession">>,
    Pick<AdapterExtras, "listSessions" | "deleteUserSessions" | "keepsDevices" | "keepsSignIn">,
    SharedStores {
  /** Returns the session with this token, or `null`. `compose()` builds `getSessionAndUser` on it. */
  getSession(sessionToken: string): Promise<AdapterSession | null>
}

/** The verification-token methods of an adapter. They hold the tokens of sign-in links. */
export type VerificationTokenPart = Required<
  Pick<Adapter, "createVerificationToken" | "useVerificationToken">
> &
  SharedStores

/** The parts that `compose()` combines. */
export interface AdapterParts<Users extends Adapter = Adapter> {
  /** Stores users, accounts and passkeys. Any Auth.js adapter. */
  readonly users: Users
  /** Stores sessions. @default `users` */
  readonly sessions?: SessionPart
  /** Stores verification tokens. @default `users` */
  readonly verificationTokens?: VerificationTokenPart
}

/** The adapter that `compose()` returns: all of `users`, with the methods of the other parts in place of its own. */
export type ComposedAdapter<Users extends Adapter = Adapter> = Users & Adapter & Partial<AdapterExtras>

const needed = {
  users: ["createUser", "getUser", "getUserByEmail", "getUserByAccount", "updateUser", "linkAccount"],
  sessions: [
    "createSession",
    "getSession",
    "updateSession",
    "deleteSession",
    "listSessions",
    "deleteUserSessions",
  ],
  verificationTokens: ["createVerificationToken", "useVerificationToken"],
} as const satisfies Record<keyof AdapterParts, readonly string[]>

/**
 * Combines several stores into one adapter, such as users in a database and sessions in Redis.
 *
 * A session whose user no longer exists counts as missing. Deleting a user deletes the sessions first, so a failure in
 * between leaves no session of a deleted user.
 *
 * @throws {ConfigError} `ERR_AUTH_ADAPTER_METHOD` with the part and its missing methods, `ERR_AUTH_UNKNOWN_OPTION`
 * @see https://authjs.dev/reference/core/adapters
 *
 * @example
 * const store = redis(new Redis())
 * const adapter = compose({ users: database("postgres://localhost/app"), sessions: store, verificationTokens: store })
 */
export function compose<Users extends Adapter>(parts: AdapterParts<Users>): ComposedAdapter<Users> {
  for (const name of Object.keys(parts)) if (!Object.hasOwn(needed, name)) throw unknownPart(name)
  const { users, sessions, verificationTokens } = parts
  checkPart("users", users)
  return {
    ...users,
    ...(sessions && sessionMethods(users, sessions)),
    ...(verificationTokens && verificationTokenMethods(verificationTokens)),
    ...sharedStores(verificationTokens),
    ...sharedStores(sessions),
  }
}

/** The stores of `sessions` and `verificationTokens` take precedence over those of `users`: Redis is the faster one. */
function sharedStores({ revocation, locks, limiter }: SharedStores = {}): SharedStores {
  return { ...(revocation && { revocation }), ...(locks && { locks }), ...(limiter && { limiter }) }
}

function sessionMethods(users: Adapter, sessions: SessionPart): Adapter & Partial<AdapterExtras> {
  checkPart("sessions", sessions)
  return {
    keepsDevices: sessions.keepsDevices === true,
    keepsSignIn: async () => (await sessions.keepsSignIn?.()) === true,
    createSession: (session) => sessions.createSession(session),
    updateSession: (session) => sessions.updateSession(session),
    deleteSession: (sessionToken) => sessions.deleteSession(sessionToken),
    deleteUserSessions: (userId, except) => sessions.deleteUserSessions(userId, except),
    listSessions: (userId) => sessions.listSessions(userId),
    getSessionAndUser: async (sessionToken) => {
      const session = await sessions.getSession(sessionToken)
      const user = session && (await users.getUser?.(session.userId))
      return user ? { session, user } : null
    },
    ...(users.deleteUser && {
      deleteUser: async (userId: string) => {
        await sessions.deleteUserSessions(userId)
        await users.deleteUser?.(userId)
      },
    }),
  }
}

function verificationTokenMethods(tokens: VerificationTokenPart): Adapter & Partial<AdapterExtras> {
  checkPart("verificationTokens", tokens)
  return {
    createVerificationToken: (row) => tokens.createVerificationToken(row),
    useVerificationToken: (key) => tokens.useVerificationToken(key),
    findVerificationToken: (key) => findToken(tokens, key),
  }
}

function checkPart(name: keyof typeof needed, part: object | undefined): void {
  const available = Object(part) as Readonly<Record<string, unknown>>
  const missing = needed[name].filter((method) => typeof available[method] !== "function")
  if (missing.length === 0) return
  const whole = missing.some((method) => method === "getSession") && "getSessionAndUser" in available
  throw new ConfigError(
    "ERR_AUTH_ADAPTER_METHOD",
    `compose() needs ${missing.map((method) => `${name}.${method}()`).join(", ")}, which that part does not have. ` +
      (whole
        ? "An Auth.js adapter cannot be the `sessions` part alone: leave `sessions` out, or pass redis(client)."
        : "Pass an Auth.js adapter as `users`, and redis(client) for the other parts."),
  )
}

function unknownPart(name: string): ConfigError {
  return new ConfigError(
    "ERR_AUTH_UNKNOWN_OPTION",
    `compose() got an unknown part "${name}". Known parts: ${Object.keys(needed).join(", ")}.`,
  )
}
