import { stringifyCookie } from "cookie"
import type { Request as ExpressRequest } from "express"
import type { OAuthProvider, ResolvedProvider } from "../config/resolve-providers.js"
import type { AuthContext } from "../http/auth-context.js"
import { hasOwnState } from "./authorization-checks.js"
import { type Flow, toCoreCookies } from "./flow-cookies.js"
import { type CoreAction, type CoreRequest, getRequest, type SignInAttempt } from "./sign-in-attempt.js"

type Params = Readonly<Record<string, string>>

interface WebRequestParts {
  /** The absolute URL to pass to core. */
  url: string
  method: "GET" | "POST"
  /** The Cookie header, built for this call. The browser's cookies never reach core. */
  cookie: string
  /** Sent as JSON. @default none */
  body?: unknown
}

interface CoreAddress {
  readonly action: CoreAction
  /** See `toCoreBasePath`. */
  readonly basePath: string
}

/** Creates the request of one call to core. */
export function toCoreRequest(
  { context, provider, destination, request }: SignInAttempt,
  { action, basePath }: CoreAddress,
): Request {
  const { query, method, cookies } = request
  const body = needsBody(provider) ? request.body : undefined
  const url = new URL(`${basePath}/${action}/${provider.id}`, context.origin)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const cookie = stringifyCookie({ ...cookies, [context.cookies.callbackUrl.name]: destination })
  return toWebRequest(context.req, { url: url.href, method, cookie, body })
}

/**
 * Whether core must get the body. From it core builds a Request with a stream, the second argument of `authorize`, which
 * takes longer than the rest of its work. Functions without that parameter need only the credentials.
 */
function needsBody(provider: ResolvedProvider): boolean {
  return provider.type !== "credentials" || provider.authorize.length !== 1
}

/** What a provider's response contains, and the flow that it belongs to. */
interface ProviderResponse {
  readonly params: Params
  readonly flow: Flow
}

/**
 * Creates the request by which core gets the response of a provider. Core looks for it in the body if the provider was
 * asked to post it.
 */
export function toCallbackRequest(
  context: AuthContext,
  provider: OAuthProvider,
  { params, flow }: ProviderResponse,
): CoreRequest {
  const known = withoutUnknownIssuer(provider, params)
  const isPosted = postsResponse(provider)
  const state = hasOwnState(context, provider) ? undefined : params.state
  const cookies = toCoreCookies(context, flow, state)
  return isPosted ? { method: "POST", query: {}, body: known, cookies } : getRequest(known, cookies)
}

/**
 * Leaves out the `iss` of a plain OAuth provider without a configured issuer, which core would compare with a
 * placeholder of its own. With a configured issuer, core refuses any other.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9207
 */
function withoutUnknownIssuer(provider: OAuthProvider, { iss, ...params }: Params): Params {
  const isKnown = provider.type !== "oauth" || provider.issuer !== undefined
  return iss !== undefined && isKnown ? { ...params, iss } : params
}

function postsResponse({ authorization }: OAuthProvider): boolean {
  const { url, params } = typeof authorization === "object" ? authorization : { url: authorization }
  const mode = params?.response_mode
  if (mode) return mode === "form_post"
  return URL.canParse(`${url}`) && new URL(`${url}`).searchParams.get("response_mode") === "form_post"
}

/** Escapes characters of the base path that have a meaning in a regular expression, because core does not. */
export function toCoreBasePath(basePath: string): string {
  return basePath.replace(/[$()*+?[\\\]^{|}]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Headers that describe the original body, or apply to the connection only. */
const dropped = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-auth-return-redirect",
])

/**
 * Builds the Web Request to pass to core: the headers of the Express request, which apps read in `authorize`, with our
 * URL, cookies and body. A POST is aborted when the client disconnects.
 *
 * The members that core reads are at hand; any other creates the whole Request. Its streams and signals cost more than
 * all of core does for a sign-in.
 */
export function toWebRequest(req: ExpressRequest, { url, method, cookie, body }: WebRequestParts): Request {
  const headers = toHeaders(req, cookie)
  const text = method === "GET" || body === undefined ? null : JSON.stringify(body)
  if (text !== null) headers.set("content-type", "application/json")
  const json = async (): Promise<unknown> => JSON.parse(text ?? "null")
  const create = () => {
    const signal = method === "POST" ? abortSignal(req) : null
    return new Request(url, { method, headers: [...headers], body: text, signal })
  }
  return lazyRequest({ url, method, headers, json, body: text }, create)
}

function toHeaders(req: ExpressRequest, cookie: string): Map<string, string> {
  const headers = new Map<string, string>()
  for (const [name, value] of Object.entries(req.headers)) {
    if (dropped.has(name) || name.startsWith(":") || value === undefined) continue
    headers.set(name, Array.isArray(value) ? value.join(", ") : value)
  }
  if (cookie) headers.set("cookie", cookie)
  return headers
}

/**
 * The members of a Request that core reads. It tests whether there is a `body`, reads it with `json()`, and copies the
 * headers.
 */
interface ReadByCore {
  readonly url: string
  readonly method: string
  readonly headers: ReadonlyMap<string, string>
  readonly body: string | null
  readonly json: () => Promise<unknown>
}

function lazyRequest(known: ReadByCore, create: () => Request): Request {
  let whole: Request | undefined
  const handler = {
    get(_known: ReadByCore, name: string | symbol): unknown {
      if (name in known) return Reflect.get(known, name)
      whole ??= create()
      const value: unknown = Reflect.get(whole, name)
      return typeof value === "function" ? value.bind(whole) : value
    },
  }
  return new Proxy(known, handler) as unknown as Request
}

function abortSignal({ res }: ExpressRequest): AbortSignal {
  const controller = new AbortController()
  res?.once("close", () => {
    if (!res.writableFinished) controller.abort()
  })
  return controller.signal
}
