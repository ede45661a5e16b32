import type { Response as ExpressResponse, NextFunction, Request, RequestHandler } from "express"
import type { ResolvedConfig } from "./config/resolve-config.js"
import { ConfigError } from "./errors.js"
import { withQuery } from "./http/auth-context.js"
import { type ConfigSource, checkConfig, configFor, mountOf } from "./http/config-for.js"
import { type Asker, negotiate } from "./http/negotiate.js"
import { getOrigin } from "./http/origin.js"
import { toProblemResponse } from "./http/problem.js"
import { toSafeUrl } from "./http/safe-redirect.js"
import { sendWebResponse } from "./http/send-web-response.js"
import { renderErrorPage } from "./pages/error.js"
import { pageHeaders } from "./pages/page-headers.js"
import type { AuthenticatedHandler } from "./session/express-types.js"
import { getSession } from "./session/get-session.js"
import type { ActiveSession } from "./session/to-session.js"

export interface GuardOptions {
  /** Lets in only whom it returns `true` for; others get 403. */
  allow?: (session: ActiveSession, req: Request) => boolean | Promise<boolean>
  /** Lets in only users with one of these roles, in `user.role` or `user.roles`; others get 403. */
  roles?: readonly string[]
  /** Answers anonymous requests itself, instead of the redirect or 401. */
  onAnonymous?: RequestHandler
}

/**
 * Fills `req.auth` and `res.locals.session` with the session, or with `null` for nobody.
 *
 * @throws through `next(err)`: `ERR_AUTH_SESSION` (503) when a callback or the database failed
 * @example
 * app.use(session(config))
 * app.get("/", (req, res) => res.send(req.auth ? `Hello ${req.auth.user.name}` : "Hello stranger"))
 */
export function session(source: ConfigSource): RequestHandler {
  checkConfig(source)
  return function session(req, res, next) {
    readInto(req, res, source).then(() => next(), next)
  }
}

/**
 * Lets only signed-in people pass. It reads the session and never signs anyone in.
 *
 * A browser that opens a page is sent to the sign-in page and comes back afterwards; every other client gets 401
 * (`application/problem+json`), never a redirect. Signed in but not allowed is 403. What the route answers is
 * `Cache-Control: private, no-store` unless the route says otherwise.
 *
 * @throws {ConfigError} at construction, `ERR_AUTH_INVALID_OPTION`
 * @throws through `next(err)`: `ERR_AUTH_SESSION` (503), and what `allow` throws
 * @example
 * app.get("/admin", requireAuth(config, { roles: ["admin"] }), (req, res) => res.send(`Hello ${req.auth.user.name}`))
 */
export function requireAuth(source: ConfigSource, guard: GuardOptions = {}): AuthenticatedHandler {
  checkGuard(guard)
  checkConfig(source)
  const mount = mountOf(source)
  return function requireAuth(req: Request, res: ExpressResponse, next: NextFunction) {
    readInto(req, res, source)
      .then(async ({ session, config }) => {
        if (!session) return answerAnonymous(req, res, next, { config, guard, mount })
        if (!(await isAllowed(session, req, guard))) return answerForbidden(req, res, { config, mount })
        if (!res.hasHeader("cache-control")) res.setHeader("cache-control", "private, no-store")
        next()
      })
      .catch(next)
  }
}

function checkGuard(guard: GuardOptions): void {
  const known = ["allow", "roles", "onAnonymous"]
  const unknown = Object.keys(guard).find((name) => !known.includes(name))
  if (unknown)
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      `requireAuth() knows no option "${unknown}", only ${known.join(", ")}.`,
    )
  if (guard.roles?.length === 0 || (guard.roles && !Array.isArray(guard.roles)))
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      'requireAuth({ roles }) expects a list, e.g. roles: ["admin"].',
    )
}

async function readInto(
  req: Request,
  res: ExpressResponse,
  source: ConfigSource,
): Promise<{ session: ActiveSession | null; config: ResolvedConfig }> {
  const config = await configFor(source, req)
  const session = await getSession(req, config)
  req.auth = session
  res.locals.session = session
  return { session, config }
}

async function isAllowed(
  session: ActiveSession,
  req: Request,
  { allow, roles }: GuardOptions,
): Promise<boolean> {
  if (roles && !rolesOf(session).some((role) => roles.includes(role))) return false
  return allow ? (await allow(session, req)) === true : true
}

function rolesOf({ user }: ActiveSession): readonly string[] {
  const { role, roles } = user as { role?: unknown; roles?: unknown }
  return [role, roles].flat().filter((value) => typeof value === "string")
}

interface Refusal {
  config: ResolvedConfig
  mount: ReturnType<typeof mountOf>
}

function answerAnonymous(
  req: Request,
  res: ExpressResponse,
  next: NextFunction,
  { config, guard, mount }: Refusal & { guard: GuardOptions },
): unknown {
  if (guard.onAnonymous) return guard.onAnonymous(req, res, next)
  const asker = negotiate(req)
  res.vary("Accept, Cookie, Sec-Fetch-Mode")
  if (asker !== "html" && asker !== "htmx") return sendWebResponse(unauthenticated(), res)
  const { basePath, prefix } = mount.known(config)
  const callbackUrl = returnUrl(req, getOrigin(req, config), prefix, asker)
  const location = withQuery(config.pages.signIn ?? `${basePath}/signin`, { callbackUrl })
  if (asker === "htmx") return sendWebResponse(unauthenticated({ "hx-redirect": location }), res)
  if (req.method !== "GET" && req.method !== "HEAD") return sendWebResponse(unauthenticated(), res)
  return sendWebResponse(
    new Response(null, { status: 302, headers: { location, "cache-control": "private, no-store" } }),
    res,
  )
}

/** The page itself, as an absolute URL: `//evil.example` as a path of ours cannot be taken for another host. */
function returnUrl(req: Request, origin: string, prefix: string, asker: Asker): string {
  const shown = asker === "htmx" ? toSafeUrl(req.get("hx-current-url"), origin) : undefined
  return shown ?? origin + prefix + req.originalUrl
}

function unauthenticated(headers: Record<string, string> = {}): Response {
  return toProblemResponse({
    status: 401,
    title: "Sign in first",
    code: "ERR_AUTH_UNAUTHENTICATED",
    headers: { "www-authenticate": 'Session realm="app"', ...headers },
  })
}

function answerForbidden(req: Request, res: ExpressResponse, { config, mount }: Refusal): Promise<void> {
  if (negotiate(req) !== "html")
    return sendWebResponse(
      toProblemResponse({ status: 403, title: "Not allowed", code: "ERR_AUTH_FORBIDDEN" }),
      res,
    )
  const { basePath } = mount.known(config)
  const host = new URL(getOrigin(req, config)).host
  const { html } = renderErrorPage(
    { basePath, host, csrfToken: "", theme: config.theme },
    { error: "AccessDenied" },
  )
  return sendWebResponse(new Response(html, { status: 403, headers: pageHeaders(config.theme) }), res)
}
