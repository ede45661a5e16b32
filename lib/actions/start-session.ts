import type { JWT } from "@auth/core/jwt"
import type { Account, User } from "@auth/core/types"
import type { Response } from "express"
import { recordEvent } from "../audit/record-event.js"
import { publish } from "../diagnostics/channels.js"
import { subjectOf } from "../diagnostics/diagnostic-id.js"
import { requireNoProofSince } from "../engine/proof-watch.js"
import { ExpressAuthError } from "../errors.js"
import { appendSetCookies, requireUnsent, toSetCookie } from "../http/cookies.js"
import { noticeSignIn } from "../notices/notice-sign-in.js"
import { endOrLog } from "../session/end-session.js"
import { adoptSession, currentToken } from "../session/get-session.js"
import { issueToken, lifetimeOf } from "../session/issue-token.js"
import { isRemembered, timesOf } from "../session/remember-me.js"
import { beginSession, type SignInFacts } from "../session/session-claims.js"
import { writeSessionCookie } from "../session/session-cookie.js"
import type { SessionContext, SessionReading } from "../session/session-reading.js"
import { createSessionToken } from "../session/session-token.js"
import { createSessionRow, recordSignIn } from "../session/sign-in-record.js"
import { type ActiveSession, toDatabaseSession, toJwtSession } from "../session/to-session.js"
import type { DeviceSession } from "../stores/adapter-extras.js"
import { rememberChoice } from "./remember-choice.js"

/** How the app identified the user; `"app"` does not specify it. */
export const startMethods = ["app", "credentials", "email", "webauthn", "oauth", "oidc"] as const

/** A session of a user that the app has identified without a provider of ours. */
export interface SessionStart {
  readonly user: User & { id: string }
  /** The method that `requireAuth({ maxAge })` checks. `"app"` does not count as a fresh sign-in. */
  readonly method: (typeof startMethods)[number]
  /** Whether the session outlives the browser. @default what `session.remember` sets */
  readonly remember?: boolean | undefined
  /** The account that callbacks receive. @default one of the provider `"passport"` */
  readonly account?: Account | undefined
  /** Whether the user was created for this session. @default false */
  readonly isNewUser?: boolean | undefined
  /** What the session records of the sign-in. @default `method`, and now */
  readonly recorded?: Partial<Pick<SignInFacts, "methods" | "authTime">> | undefined
  /** Must succeed before the browser's former session ends. */
  readonly prepare: () => Promise<void>
}

type StartContext = SessionContext & {
  readonly res: Response
  /** The mount as browsers see it, if it is known. */
  readonly basePath?: string
  /** When the request arrived, in milliseconds since 1970. */
  readonly arrivedAt: number
}
interface Person extends Required<Pick<SessionStart, "user" | "method">> {
  readonly account: Account
  readonly isNewUser: boolean
  readonly facts: SignInFacts & { readonly remembered: boolean }
}

/**
 * Starts a session for a user that the app has identified. Calls `callbacks.jwt` and `callbacks.session` as at any
 * sign-in, but not `callbacks.signIn`. Ends the browser's former session; the new one has a new id and is used for the
 * rest of the request. If anything fails, the former session stands and the new one is removed.
 *
 * @returns the new session's token; its cookie is set on the response
 * @throws {ExpressAuthError} `ERR_AUTH_LOGIN`, `ERR_AUTH_HEADERS_SENT`; and whatever `prepare` throws
 */
export async function startSession(
  context: StartContext,
  { prepare, ...start }: SessionStart,
): Promise<string> {
  const { req, res, config } = context
  requireUnsent(res)
  const wish = rememberChoice(config, Object(req.body), start.remember)
  const person = toPerson(start, isRemembered(wish, config))
  const { user, method } = person
  const begun = await begin(person, context)
  try {
    if (method !== "email") await requireNoProofSince(context.arrivedAt, user.id, config)
    await prepare()
    requireUnsent(res)
  } catch (error) {
    await endOrLog(context, { sealed: begun.sealed })
    throw error
  }
  await endOrLog(context, { sealed: await currentToken(req, config) })
  adoptSession(req, config, begun)
  req.auth = begun.session
  res.locals.session = begun.session
  publishSignIn(person, context)
  if (config.notices) rememberDevice(person, context)
  if (config.audit) await recordStart(person, context)
  await emitSignIn(person, context)
  return begun.sealed
}

function toPerson(start: Omit<SessionStart, "prepare">, remembered: boolean): Person {
  const { user, method, account = toAccount(user, method), isNewUser = false, recorded } = start
  return { user, method, account, isNewUser, facts: { methods: [method], ...recorded, remembered } }
}

/** Describes the account as core does for a sign-in without tokens. */
function toAccount({ id }: Person["user"], method: Person["method"]): Account {
  return { provider: "passport", providerAccountId: id, type: method === "app" ? "credentials" : method }
}

type Begun = SessionReading & { readonly sealed: string }

async function begin(person: Person, context: StartContext): Promise<Begun> {
  try {
    const isRow = context.config.session.strategy === "database"
    return await (isRow ? beginRow(person, context) : beginToken(person, context))
  } catch (cause) {
    if (cause instanceof ExpressAuthError) throw cause
    const message = "Could not start the session: a callback, the database or the revocation store failed."
    throw new ExpressAuthError("ERR_AUTH_LOGIN", message, { status: 503, cause })
  }
}

async function beginToken(person: Person, context: StartContext): Promise<Begun> {
  const { req, config, cookies } = context
  const token = beginSession(await toToken(person, context), person.facts)
  const end = new Date(Date.now() + lifetimeOf(token, config) * 1000)
  const session = requireSomebody(await toJwtSession(token, end, config))
  const issued = await issueToken(token, context)
  const setCookies = writeSessionCookie(req, cookies.sessionToken, issued)
  return { session, token, sealed: issued.sealed, setCookies }
}

async function toToken({ user, account, isNewUser }: Person, { config }: StartContext): Promise<JWT> {
  const { id: sub, name = null, email = null, image: picture = null } = user
  const { jwt } = config.callbacks
  const plain: JWT = { name, email, picture, sub }
  if (!jwt) return plain
  const token: unknown = await jwt({
    token: plain,
    user,
    account,
    isNewUser,
    trigger: isNewUser ? "signUp" : "signIn",
  })
  if (token === null) throw refusal("callbacks.jwt")
  if (typeof token === "object") return token as JWT
  throw new TypeError("callbacks.jwt returned no token. Return the token, or null to refuse the session.")
}

async function beginRow(person: Person, context: StartContext): Promise<Begun> {
  const { req, config, cookies } = context
  const { adapter } = config
  const { remembered } = person.facts
  const user = await adapter?.getUser?.(person.user.id)
  if (!user) throw unknownUser(person.user.id)
  const sealed = createSessionToken(config)
  const expires = new Date(Date.now() + timesOf(remembered, config).maxAge * 1000)
  const row = { sessionToken: sealed, userId: user.id, expires }
  const session = requireSomebody(await toDatabaseSession({ session: row, user }, config))
  const record = recordSignIn(person.facts, config)
  const create = (full: DeviceSession) => adapter?.createSession?.(full)
  const { companion } = await createSessionRow(context, row, { record, create })
  const issued = { sealed, expires, remembered, companion }
  const setCookies = writeSessionCookie(req, cookies.sessionToken, issued)
  return { session, row, sealed, setCookies, signIn: () => record }
}

/** Checks the callback's result before anything is stored. */
function requireSomebody(session: ActiveSession | null): ActiveSession {
  if (session) return session
  throw refusal("callbacks.session")
}

function refusal(who: string): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_LOGIN", `${who} refused the session.`, { status: 403 })
}

function unknownUser(id: string): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_LOGIN",
    `The database does not know a user "${id}", so there can be no session. Sign in a user that adapter.getUser() ` +
      'finds, or set session: { strategy: "jwt" }.',
  )
}

/** As in core, a listener that fails is logged and changes nothing. */
function publishSignIn({ user, account, isNewUser }: Person, { config }: StartContext): void {
  const { provider } = account
  publish("signed-in", () => ({ provider, newUser: isNewUser, ...subjectOf({ userId: user.id }, config) }))
}

function rememberDevice({ user, isNewUser: isNew }: Person, context: StartContext): void {
  const cookies = noticeSignIn(context, { userId: user.id, email: user.email, isNew })
  appendSetCookies(context.res, cookies.map(toSetCookie))
}

function recordStart({ user, account, isNewUser }: Person, context: StartContext): Promise<void> {
  const reason = isNewUser ? "new-user" : undefined
  return recordEvent(context, "signed-in", { userId: user.id, provider: account.provider, reason })
}

async function emitSignIn({ user, account, isNewUser }: Person, { config }: StartContext): Promise<void> {
  try {
    await config.events.signIn?.({ user, account, isNewUser })
  } catch (error) {
    config.logger.error(error)
  }
}
