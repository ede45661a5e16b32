import type { Adapter, AdapterSession } from "@auth/core/adapters"
import { ConfigError } from "../errors.js"
import type { AdapterExtras, SharedStores } from "./adapter-extras.js"

/** Sessions that know their user by id only. */
export interface SessionPart
  extends Required<Pick<Adapter, "createSession" | "updateSession" | "deleteSession">>,
    Pick<AdapterExtras, "listSessions" | "deleteUserSessions" | "keepsDevices" | "keepsSignIn">,
    SharedStores {
  /** What `getSessionAndUser` is made of. */
  getSession(sessionToken: string): Promise<AdapterSession | null>
}

export type VerificationTokenPart = Required<
  Pick<Adapter, "createVerificationToken" | "useVerificationToken">
> &
  SharedStores

/** What each part keeps. */
export interface AdapterParts<Users extends Adapter = Adapter> {
  /** Any adapter of Auth.js: users, accounts, passkeys. */
  readonly users: Users
  /** @default those of `users` */
  readonly sessions?: SessionPart
  /** @default those of `users` */
  readonly verificationTokens?: VerificationTokenPart
}

/** An adapter made of parts. */
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
 * One adapter of several: users where they are safe, sessions where they are fast.
 *
 * A session whose user is gone is none, and deleting a user ends the sessions first, so that a failure between both
 * leaves nobody signed in.
 *
 * @throws {ConfigError} `ERR_AUTH_ADAPTER_METHOD` naming the part and what it lacks, `ERR_AUTH_UNKNOWN_OPTION`
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

/** Those of `redis()` are faster than those of a database, so a part's own come before those of the users. */
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

function verificationTokenMethods(tokens: VerificationTokenPart): Adapter {
  checkPart("verificationTokens", tokens)
  return {
    createVerificationToken: (row) => tokens.createVerificationToken(row),
    useVerificationToken: (key) => tokens.useVerificationToken(key),
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
        ? "Sessions of a whole adapter stay with its users: leave `sessions` out, or pass redis(client)."
        : "Pass an Auth.js adapter as `users`, and redis(client) for the others."),
  )
}

function unknownPart(name: string): ConfigError {
  return new ConfigError(
    "ERR_AUTH_UNKNOWN_OPTION",
    `Unknown part "${name}" of compose(). Known: ${Object.keys(needed).join(", ")}.`,
  )
}
