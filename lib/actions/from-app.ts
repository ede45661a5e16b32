import type { IncomingMessage } from "node:http"
import type { Response as ExpressResponse, Request } from "express"
import { type ErrorCode, ExpressAuthError } from "../errors.js"
import { type AuthContext, createAuthContext } from "../http/auth-context.js"
import { type ConfigSource, configFor, mountOf, needsExpress } from "../http/config-for.js"
import { requireUnsent } from "../http/cookies.js"
import type { AuthResult } from "../replies/responses.js"
import { readSession } from "../session/get-session.js"
import { type SignInProof, signInProofOf } from "../session/sign-in-proof.js"
import type { ActiveSession } from "../session/to-session.js"
import type { SignInOptions } from "./sign-in.js"
import type { SignOutOptions } from "./sign-out.js"

/** What `getSession` returns. */
export type GetSessionResult = Promise<ActiveSession | null>

/**
 * Returns the session of a request, with `user` and `expires`, or `null` for an anonymous request. Reads it once per
 * request, and sets a renewed cookie on the response. A request for an untrusted host has no session.
 *
 * Accepts the request of any Node server, such as a WebSocket upgrade. Without Express, `trust proxy` is unknown, so
 * set `url` behind a proxy; a renewed cookie is sent only if the request has a `res`.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503) when a callback or the database failed
 * @example
 * app.get("/", async (req, res) => {
 *   const session = await getSession(req, config)
 *   res.send(session ? `Hello ${session.user.name}` : "Hello stranger")
 * })
 */
export async function getSession(
  req: Request | IncomingMessage,
  config: ConfigSource,
): Promise<ActiveSession | null> {
  const request = req as Request
  return unlessRefused(
    null,
    async () => (await readSession(request, await configFor(config, request))).session,
  )
}

/**
 * Returns when and how the user of a request signed in, or `null` for an anonymous request.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503) when a callback, the database or the revocation store failed
 */
export async function getSignIn(req: Request, config: ConfigSource): Promise<SignInProof | null> {
  return unlessRefused(
    null,
    async () => signInProofOf(await readSession(req, await configFor(config, req))) ?? null,
  )
}

/**
 * Starts a sign-in from one of the app's own POST handlers, and responds to the request: redirects to the provider, to
 * the destination, or to the page that reports the failure.
 *
 * With `redirect: false` it returns the outcome instead of responding, e.g. for GraphQL or tRPC. Cookies are set on
 * `res` in either case.
 *
 * @param provider the id of a provider; without it, redirects to the sign-in page
 * @throws {ExpressAuthError} `ERR_AUTH_HEADERS_SENT`, `ERR_AUTH_MOUNT`
 * @example app.post("/login", express.urlencoded(), (req, res) => signIn(req, res, config, "credentials", { redirectTo:
 * "/home" }))
 */
export function signIn(
  req: Request,
  res: ExpressResponse,
  config: ConfigSource,
  provider: string | undefined,
  options: SignInOptions & { redirect: false },
): Promise<AuthResult>
export function signIn(
  req: Request,
  res: ExpressResponse,
  config: ConfigSource,
  provider?: string,
  options?: SignInOptions,
): Promise<void>
export async function signIn(
  req: Request,
  res: ExpressResponse,
  config: ConfigSource,
  provider?: string,
  options?: SignInOptions,
): Promise<unknown> {
  const { signInFromApp } = await import("./sign-in.js")
  return fromApp(req, res, config, {
    act: (context) => signInFromApp(context, provider, options),
    ...options,
  })
}

/**
 * Ends the session from one of the app's own POST handlers, and responds to the request or, with `redirect: false`, returns
 * the outcome.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_HEADERS_SENT`, `ERR_AUTH_MOUNT`
 * @example
 * app.post("/logout", (req, res) => signOut(req, res, config, { redirectTo: "/goodbye" }))
 */
export function signOut(
  req: Request,
  res: ExpressResponse,
  config: ConfigSource,
  options: SignOutOptions & { redirect: false },
): Promise<AuthResult>
export function signOut(
  req: Request,
  res: ExpressResponse,
  config: ConfigSource,
  options?: SignOutOptions,
): Promise<void>
export async function signOut(
  req: Request,
  res: ExpressResponse,
  config: ConfigSource,
  options?: SignOutOptions,
): Promise<unknown> {
  const { signOutFromApp } = await import("./sign-out.js")
  return fromApp(req, res, config, { act: (context) => signOutFromApp(context, options), ...options })
}

/**
 * Calls `callbacks.jwt` or `callbacks.session` with `data` and `trigger: "update"`, as Auth.js's `update()` does, and
 * stores the session they return. Sends no response.
 *
 * A refused request is logged and changes nothing. It does not reject: any client can send one, and a rejection that an
 * Express 4 handler does not catch ends the process.
 *
 * @returns the new session, or `null` for an anonymous request and for one from another site or without a required token
 * @throws {ExpressAuthError} `ERR_AUTH_METHOD` (405) on GET; `ERR_AUTH_SESSION` (503); `ERR_AUTH_HEADERS_SENT`
 * @example
 * app.post("/name", express.urlencoded(), async (req, res) => {
 *   const session = await updateSession(req, res, config, { name: req.body.name })
 *   if (session) res.redirect("/profile")
 *   else res.sendStatus(403)
 * })
 */
export async function updateSession(
  req: Request,
  res: ExpressResponse,
  config: ConfigSource,
  data?: unknown,
): Promise<ActiveSession | null> {
  requireUnsent(res)
  const { updateSessionFromApp } = await import("./session.js")
  return unlessRefused(null, async () => updateSessionFromApp(await contextOf(req, res, config), data))
}

/**
 * Returns the CSRF token for a form of the app that posts straight to one of our routes, in its field `csrfToken`. Sets
 * the matching cookie, so call it before the page is sent. Forms that post to the app's own handlers need none.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_HEADERS_SENT`, `ERR_AUTH_MOUNT`
 * @example
 * app.get("/login", async (req, res) => {
 *   res.render("login", { csrfToken: await getCsrfToken(req, res, config) })
 * })
 */
export async function getCsrfToken(
  req: Request,
  res: ExpressResponse,
  config: ConfigSource,
): Promise<string> {
  const { csrfTokenFromApp } = await import("./csrf.js")
  return unlessRefused("", async () => csrfTokenFromApp(await contextOf(req, res, config)))
}

interface AppCall {
  act(context: AuthContext): Promise<Response>
  readonly redirect?: boolean
}

/** Responds to the request, or returns the outcome with `redirect: false`. */
export async function fromApp(
  req: Request,
  res: ExpressResponse,
  source: ConfigSource,
  { act, redirect = true }: AppCall,
): Promise<AuthResult | undefined> {
  if (!redirect) return resultFromApp(req, res, source, act)
  await answerFromApp(req, res, source, act)
  return
}

async function resultFromApp(
  req: Request,
  res: ExpressResponse,
  source: ConfigSource,
  act: AppCall["act"],
): Promise<AuthResult> {
  try {
    const { outcomeOfAction } = await import("../replies/run-action.js")
    return await outcomeOfAction(await contextOf(req, res, source), act)
  } catch (error) {
    if (!(error instanceof ExpressAuthError) || error.status >= 500) throw error
    const { status, message: detail } = error
    return { ok: false, status, url: null, error: "BadRequest", detail }
  }
}

/**
 * Responds to invalid requests instead of throwing: Express 4 ignores the promise of a handler, and an unhandled
 * rejection ends the process.
 */
export async function answerFromApp(
  req: Request,
  res: ExpressResponse,
  source: ConfigSource,
  act: AppCall["act"],
): Promise<void> {
  const { answer, sendProblem } = await import("../replies/run-action.js")
  try {
    await answer(await contextOf(req, res, source), act)
  } catch (error) {
    if (!(error instanceof ExpressAuthError) || error.status >= 500) throw error
    await sendProblem(res, error)
  }
}

/**
 * Returns `otherwise` for a request that we refuse: its Host is malformed or not ours, or another site sent it. Any
 * client can send such a request, and a rejection that an Express 4 handler does not catch ends the process.
 */
export async function unlessRefused<Value>(otherwise: Value, act: () => Promise<Value>): Promise<Value> {
  try {
    return await act()
  } catch (error) {
    if (isCode(error, "ERR_AUTH_HOST_HEADER") || isCode(error, "ERR_AUTH_CSRF")) return otherwise
    throw error
  }
}

function isCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof ExpressAuthError && error.code === code
}

/**
 * Returns the context of a request to one of the app's own handlers.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` outside Express; {@link ExpressAuthError} `ERR_AUTH_MOUNT`,
 * `ERR_AUTH_HOST_HEADER`
 */
export async function contextOf(
  req: Request,
  res: ExpressResponse,
  source: ConfigSource,
): Promise<AuthContext> {
  if (!req.app) throw needsExpress("This function")
  const config = await configFor(source, req)
  return createAuthContext(req, res, config, mountOf(source).paths(config, req))
}
