import { createHash } from "node:crypto"
import type { CookieDefinition } from "../config/resolve-cookies.js"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { type Cookie, cookiesOf, expireCookie, hashedCookies } from "../http/cookies.js"
import type { ReplacedParam } from "../providers/request-key.js"
import { decodeToken, encodeToken } from "../session/codec/token-codec.js"
import { maxFlowsLength } from "../session/session-cookie.js"
import type { AuthorizationRequest } from "./authorization-checks.js"
import type { LinkIntent } from "./link-intent.js"
import type { SignInAttempt } from "./sign-in-attempt.js"

/** One unfinished sign-in at a provider, as its sealed cookie holds it. */
export interface Flow {
  /** The provider's id. */
  readonly provider: string
  readonly destination: string
  /** The PKCE code verifier (RFC 7636). */
  readonly verifier?: string | undefined
  readonly nonce?: string | undefined
  /** The session that asked for an account to be linked; without it the flow is a sign-in. */
  readonly link?: LinkIntent | undefined
  /** The state of a strategy. */
  readonly external?: StrategyFlow | undefined
  /** `false` if the session ends with the browser. @default true */
  readonly remembered?: boolean | undefined
}

/** What a strategy needs to continue when the visitor comes back. */
export interface StrategyFlow {
  /** The strategy's own session. */
  readonly session: Readonly<Record<string, unknown>>
  /** The parameter of the request that carries our key; the strategy gets its own value back. */
  readonly replaced?: ReplacedParam | undefined
}

/** Seconds until an unfinished sign-in has to be started again; the same as in core. */
export const flowMaxAge = 15 * 60
const maxFlows = 5
/** Characters of a cookie; browsers reject longer ones. */
const maxCookieLength = 3800

/**
 * Starts a flow: core keeps state, verifier and nonce in cookies that all tabs share; here each sign-in gets a cookie
 * of its own, named after its `state`, so that parallel tabs do not disturb each other.
 *
 * @returns the flow's cookie, and the removal of the oldest if there are too many. A destination too long for a cookie
 * is replaced by the root of our origin.
 */
export function startFlow(attempt: SignInAttempt, { url, verifier, nonce }: AuthorizationRequest): Cookie[] {
  const state = new URL(url).searchParams.get("state")
  return keepFlow(attempt.context, { ...toFlow(attempt), verifier, nonce }, state ?? undefined)
}

/** Returns what every flow keeps of a sign-in until the visitor comes back. */
export function toFlow({ provider, destination, link, remembered }: SignInAttempt): Flow {
  return { provider: provider.id, destination, link, remembered: remembered ? undefined : false }
}

/**
 * Seals a flow in its cookie.
 *
 * @param key the unpredictable value that the provider will send back; `undefined` for a provider that sends none
 * @throws {ExpressAuthError} `ERR_AUTH_PROVIDER` (500) if the cookie is longer than browsers accept
 */
export function keepFlow(context: AuthContext, flow: Flow, key: string | undefined): Cookie[] {
  const { config, origin } = context
  const name = flowName(context, key ?? flow.provider)
  const seal = (content: Flow) =>
    encodeToken({ ...content }, { secrets: config.secrets, salt: name, maxAge: flowMaxAge })
  const whole = seal(flow)
  const sealed = whole.length <= maxCookieLength ? whole : seal({ ...flow, destination: `${origin}/` })
  if (sealed.length > maxCookieLength)
    throw new ExpressAuthError(
      "ERR_AUTH_PROVIDER",
      `Provider "${flow.provider}" keeps more in its session than fits a cookie. Configure a store for its strategy.`,
    )
  const cookie = { name, value: sealed, options: { ...flowOptions(context), maxAge: flowMaxAge } }
  return [cookie, ...dropOldest(context, cookie)]
}

/**
 * Finds the flow that a callback belongs to.
 *
 * @param provider the provider's id
 * @param state the `state` parameter that the provider sent back; `undefined` for a provider without that check
 * @returns `undefined` if this browser did not start the flow, started it elsewhere, or more than 15 minutes ago
 */
export function resumeFlow(
  context: AuthContext,
  provider: string,
  state: string | undefined,
): { flow: Flow; clear: Cookie } | undefined {
  const name = flowName(context, state ?? provider)
  const sealed = cookiesOf(context.req)[name]
  if (!sealed) return
  const options = flowOptions(context)
  const flow = openFlow(sealed, name, context.config.secrets)
  return flow?.provider === provider ? { flow, clear: expireCookie(name, options) } : undefined
}

function openFlow(
  sealed: string,
  name: string,
  secrets: readonly string[],
): (Flow & { iat: number }) | undefined {
  const decoded = decodeToken(sealed, { secrets, salt: name })
  return decoded.status === "valid" ? (decoded.payload as unknown as Flow & { iat: number }) : undefined
}

/**
 * Seals in the cookies that core reads what it is to check.
 *
 * @param state the `state` of the response, if core is to check it
 */
export function toCoreCookies(
  { config, cookies }: AuthContext,
  { provider, nonce }: Pick<Flow, "provider" | "nonce">,
  state: string | undefined,
): Record<string, string> {
  const seal = ({ name }: CookieDefinition, value: string | undefined) =>
    value === undefined
      ? []
      : [[name, encodeToken({ value, provider }, { secrets: config.baseSecrets, salt: name, maxAge: 60 })]]
  return Object.fromEntries([...seal(cookies.state, state), ...seal(cookies.nonce, nonce)])
}

function flowName({ cookies }: AuthContext, state: string): string {
  return `${cookies.state.name}.${createHash("sha256").update(state).digest("base64url").slice(0, 16)}`
}

function flowOptions({ cookies, basePath }: AuthContext): CookieDefinition["options"] {
  const path = cookies.state.name.startsWith("__Host-") ? "/" : basePath
  return { ...cookies.state.options, path }
}

/** Removes the oldest flows. Browsers send older cookies first, which orders flows of the same second. */
function dropOldest(context: AuthContext, { name: added, value }: Cookie): Cookie[] {
  const { cookies, req, config } = context
  const flows = hashedCookies(req, cookies.state.name)
    .filter(([name]) => name !== added)
    .map(([name, sealed]) => ({
      name,
      length: lengthOf(name, sealed),
      since: openFlow(sealed, name, config.secrets)?.iat ?? 0,
    }))
    .reverse()
    .sort((a, b) => b.since - a.since)
  let length = lengthOf(added, value)
  const kept = flows.slice(0, maxFlows - 1).filter((flow) => {
    length += flow.length
    return flow.since > 0 && length <= maxFlowsLength
  })
  return flows
    .filter((flow) => !kept.includes(flow))
    .map(({ name }) => expireCookie(name, flowOptions(context)))
}

/** Characters in a Cookie header, with `=` and `; `. */
function lengthOf(name: string, value: string): number {
  return name.length + value.length + 3
}
