import { createHash } from "node:crypto"
import { parseCookie } from "cookie"
import type { CookieDefinition } from "../config/cookies.js"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { type Cookie, expireCookie, hashedCookies } from "../http/cookies.js"
import type { ReplacedParam } from "../providers/request-key.js"
import { decodeToken, encodeToken } from "../session/codec/token-codec.js"
import type { CoreResult } from "./call-core.js"
import type { LinkIntent } from "./link-intent.js"

/** One sign-in under way at a provider, as its sealed cookie holds it. */
export interface Flow {
  readonly provider: string
  readonly destination: string
  readonly verifier?: string
  readonly nonce?: string
  /** An account is to be linked to whom is signed in; without it the flow is a sign-in. */
  readonly link?: LinkIntent
  /** Where the provider is not core's. */
  readonly external?: StrategyFlow
  /** Whether the session outlives the browser, as the person chose before they left. @default true */
  readonly remembered?: boolean | undefined
}

/** What an external provider's sign-in under way needs to go on. */
export interface StrategyFlow {
  /** What the provider itself keeps. */
  readonly session: Readonly<Record<string, unknown>>
  /** The parameter of the request that carries our key; the provider gets its own value back. */
  readonly replaced?: ReplacedParam
}

/** Seconds until an unfinished sign-in has to be started again, as in core. */
export const flowMaxAge = 15 * 60
const maxFlows = 5
/** Characters of all flows together in a Cookie header, and of a single one: browsers keep no longer cookie. */
const maxLength = 4096
const maxCookieLength = 3800

/**
 * Core keeps state, verifier and nonce in cookies that all tabs share. Here each sign-in gets one cookie of its own,
 * named after its `state`, so that parallel tabs do not disturb each other.
 *
 * @returns the flow's cookie, and the removal of the oldest when there are too many. A destination too long for a
 * cookie is given up for the root of our origin.
 */
export function startFlow(
  context: AuthContext,
  { provider, destination, link, remembered }: Flow,
  result: CoreResult,
): Cookie[] {
  const { config, cookies, origin } = context
  const value = (definition: CookieDefinition) =>
    openCoreCookie(result.cookies, definition, config.baseSecrets)
  const verifier = value(cookies.pkceCodeVerifier)
  const nonce = value(cookies.nonce)
  const flow: Flow = {
    ...{ provider, destination },
    ...(verifier && { verifier }),
    ...(nonce && { nonce }),
    ...(link && { link }),
    ...(remembered === false && { remembered }),
  }
  const state = new URL(result.redirect ?? "", origin).searchParams.get("state")
  return keepFlow(context, flow, state ?? undefined)
}

/**
 * Seals a flow in its cookie.
 *
 * @param key what the provider will send back, and nobody else knows; without one, a provider that sends nothing back
 * @throws {ExpressAuthError} `ERR_AUTH_PROVIDER` (500) where no browser would keep it
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
      `Provider "${flow.provider}" keeps more in its session than fits into a cookie. Give its strategy a store of its own.`,
    )
  const cookie = { name, value: sealed, options: { ...flowOptions(context), maxAge: flowMaxAge } }
  return [cookie, ...dropOldest(context, cookie)]
}

/**
 * Finds the flow a callback belongs to, and makes of it the cookies core looks for.
 *
 * @param state the `state` parameter the provider sent back; without one, a provider that checks none
 * @returns `undefined` when this browser has not started the flow, or not here, or too long ago
 */
export function resumeFlow(
  context: AuthContext,
  provider: string,
  state: string | undefined,
): { flow: Flow; coreCookies: Record<string, string>; clear: Cookie } | undefined {
  const name = flowName(context, state ?? provider)
  const sealed = parseCookie(context.req.headers.cookie ?? "")[name]
  if (!sealed) return
  const flow = openFlow(sealed, name, context.config.secrets)
  if (!flow || flow.provider !== provider) return
  return {
    flow,
    coreCookies: toCoreCookies(context, flow, state),
    clear: expireCookie(name, flowOptions(context)),
  }
}

function openFlow(
  sealed: string,
  name: string,
  secrets: readonly string[],
): (Flow & { iat: number }) | undefined {
  const decoded = decodeToken(sealed, { secrets, salt: name })
  return decoded.status === "valid" ? (decoded.payload as unknown as Flow & { iat: number }) : undefined
}

/** The cookies in which core looks for what a flow holds. */
export function toCoreCookies(
  { config, cookies }: AuthContext,
  { provider, verifier, nonce }: Pick<Flow, "provider" | "verifier" | "nonce">,
  state: string | undefined,
): Record<string, string> {
  const seal = ({ name }: CookieDefinition, value: string | undefined) =>
    value === undefined
      ? []
      : [[name, encodeToken({ value, provider }, { secrets: config.baseSecrets, salt: name, maxAge: 60 })]]
  return Object.fromEntries([
    ...seal(cookies.state, state),
    ...seal(cookies.pkceCodeVerifier, verifier),
    ...seal(cookies.nonce, nonce),
  ])
}

/** Core seals its check cookies with its own codec; `value` is what it put in. */
function openCoreCookie(
  cookies: CoreResult["cookies"],
  { name }: CookieDefinition,
  secrets: readonly string[],
): string | undefined {
  const sealed = cookies.find((cookie) => cookie.name === name)?.value
  const decoded = sealed ? decodeToken(sealed, { secrets, salt: name }) : undefined
  const value = decoded?.status === "valid" ? decoded.payload.value : undefined
  return typeof value === "string" ? value : undefined
}

function flowName({ cookies }: AuthContext, state: string): string {
  return `${cookies.state.name}.${createHash("sha256").update(state).digest("base64url").slice(0, 16)}`
}

function flowOptions({ cookies, basePath }: AuthContext): CookieDefinition["options"] {
  const path = cookies.state.name.startsWith("__Host-") ? "/" : basePath
  return { ...cookies.state.options, path }
}

/** Makes room for a new flow. Browsers send older cookies first, which tells apart flows of the same second. */
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
    return flow.since > 0 && length <= maxLength
  })
  return flows
    .filter((flow) => !kept.includes(flow))
    .map(({ name }) => expireCookie(name, flowOptions(context)))
}

/** In a Cookie header, with `=` and `; `. */
function lengthOf(name: string, value: string): number {
  return name.length + value.length + 3
}
