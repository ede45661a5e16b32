import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http"
import type { Account } from "@auth/core/types"
import type { Request, Response } from "express"
import { type SessionStart, startSession } from "../actions/start-session.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { sourceOf } from "../express-auth.js"
import { configFor } from "../http/config-for.js"
import { sessionContextOf } from "../session/get-session.js"
import { rolesOf } from "../session/roles-of.js"
import type { ActiveSession } from "../session/to-session.js"
import { findAuth } from "./find-auth.js"
import { type FoundUser, findOrCreateUser } from "./find-or-create-user.js"
import { checkPerson, type TestPerson } from "./test-person.js"
import { refuseProduction, testingError } from "./testing-error.js"
import { withinRequest } from "./within-request.js"

/** An app under test: Express, or any other server with `person.auth`. */
export type TestedApp = RequestListener<typeof IncomingMessage, typeof ServerResponse> | Server

interface Start {
  /** The called function, e.g. `signedIn()`. */
  readonly name: string
  /** See `RequestOrigin`. */
  readonly isDirect: boolean
}

/** The origin of clients that are not told another one. */
export const defaultOrigin = "http://127.0.0.1"

/**
 * Starts a session as the app's own configuration does at a sign-in.
 *
 * @returns the lines of the Set-Cookie headers that the client receives
 * @throws {ExpressAuthError} `ERR_AUTH_TESTING`; `ERR_AUTH_LOGIN` if a callback or a store fails
 */
export async function startTestSession(
  app: TestedApp,
  person: TestPerson,
  { name, isDirect }: Start,
): Promise<string[]> {
  refuseProduction(name)
  checkPerson(person, name)
  const source = sourceOf(person.auth ?? findAuth(app, name), name)
  const from = { origin: person.origin ?? defaultOrigin, isDirect }
  return withinRequest(app, from, async (req, res) => {
    await start(req, res, { config: await configFor(source, req), person })
    requireRoles(req.auth, person, name)
    return [res.getHeader("set-cookie") ?? []].flat().map(String)
  })
}

async function start(
  req: Request,
  res: Response,
  { config, person }: { config: ResolvedConfig; person: TestPerson },
): Promise<void> {
  const found = await findOrCreateUser(person, config)
  // No mail for the user of a test.
  const quiet = config.notices ? { ...config, notices: undefined } : config
  const context = { ...sessionContextOf(req, quiet), res, arrivedAt: Date.now() }
  await startSession(context, toStart(person, found, config))
}

function toStart(
  { methods, authTime, remember }: TestPerson,
  { user, isNewUser }: FoundUser,
  { providers }: ResolvedConfig,
): SessionStart {
  const { id: provider, type } = providers.find((one) => methods?.includes(one.type)) ?? providers[0] ?? {}
  const account: Account | undefined =
    provider === undefined || type === undefined ? undefined : { provider, type, providerAccountId: user.id }
  const usual = type === "oidc" ? { methods: ["oidc", "proven"] } : {}
  return {
    ...{ user, isNewUser, remember, account, method: type ?? "app" },
    recorded: { ...usual, ...(methods && { methods }), ...(authTime && { authTime }) },
    prepare: async () => {},
  }
}

/** A guard would refuse a test's user without roles, and the test could not tell why. */
function requireRoles(session: ActiveSession | null | undefined, { roles }: TestPerson, name: string): void {
  const found = session ? rolesOf(session) : []
  const missing = roles?.filter((role) => !found.includes(role)) ?? []
  if (missing.length === 0) return
  const has = found.length > 0 ? `the roles ${found.join(", ")}` : "no roles"
  throw testingError(
    `${name} started a session with ${has}; expected ${missing.join(", ")}. Roles reach \`session.user\` through your ` +
      "callbacks: callbacks.jwt copies them from `user` into the token, callbacks.session from there into the session; " +
      "with database sessions from a column of the users. If your callbacks find the roles elsewhere, e.g. by address, " +
      "leave out `roles` and pass the `user` who has them.",
  )
}
