import type { ResolvedProvider } from "../config/resolve-providers.js"
import type { SessionTimes } from "../config/resolve-session.js"
import { requireAvailable } from "../development/require-available.js"
import type { AuthContext } from "../http/auth-context.js"
import type { Body } from "../http/read-body.js"
import type { PasskeyCall } from "../passkeys/passkey-call.js"
import {
  type StrategyHolder,
  type StrategyProvider,
  type StrategyUser,
  strategyKey,
} from "../providers/strategy-provider.js"
import { isRemembered, timesOf } from "../session/remember-me.js"
import type { LinkIntent } from "./link-intent.js"

type Params = Readonly<Record<string, string>>

/** The actions of core that we use. */
export type CoreAction = "signin" | "callback" | "webauthn-options"

/** The request that core gets in place of the browser's. */
export interface CoreRequest {
  readonly method: "GET" | "POST"
  readonly query: Params
  readonly body: Body
  /** By name. The browser's own cookies never reach core. */
  readonly cookies: Params
}

/** What is left of the request that a provider responds to. */
export interface ResumedFlow {
  /** The PKCE code verifier (RFC 7636). */
  readonly verifier?: string | undefined
  /** What the id_token must contain. */
  readonly nonce?: string | undefined
}

/** One sign-in, from the request that starts or finishes it to the response. */
export interface SignInAttempt {
  /** The browser's request. */
  readonly context: AuthContext
  readonly provider: ResolvedProvider
  /** What runs the sign-in instead of core, if the provider wraps a strategy. */
  readonly strategy: StrategyProvider | undefined
  /** The fields of the provider's sign-in form, by name; `undefined` for providers without such a form. */
  readonly fields: Readonly<Record<string, object>> | undefined
  /** What the visitor typed, or what the provider had the browser post. */
  readonly body: Body
  /** The URL where the sign-in ends; already checked. */
  readonly destination: string
  /** Whether the session outlives the browser. */
  readonly remembered: boolean
  /** How long the session lasts. */
  readonly times: SessionTimes
  /** The app's additions to the authorization request, such as `prompt`. */
  readonly params: Params
  /** The visitor's additions to the authorization request, such as `login_hint`. */
  readonly hints: Params
  /** The session that asked for an account to be linked; `undefined` for a sign-in. */
  readonly link: LinkIntent | undefined
  /** Throws unless the session that asked for a link still exists. @default throws */
  readonly requireLive: () => Promise<void>
  /** The flow that a provider's response belongs to, found by its `state`. */
  readonly flow: ResumedFlow | undefined
  /** What core is called with. @default a POST of `body` */
  readonly request: CoreRequest
  /** What a passkey is used for. */
  readonly passkey: PasskeyCall | undefined
  /** The user that the strategy has found. */
  readonly strategyUser: StrategyUser | undefined
}

type Required = "context" | "provider" | "destination"
type Computed = "strategy" | "fields" | "remembered" | "times"

/** The members of an attempt that differ from the defaults. */
export type AttemptStart = Pick<SignInAttempt, Required> &
  Partial<Omit<SignInAttempt, Required | Computed>> & {
    /** What the visitor or the app chose. @default true */
    readonly remembered?: boolean | undefined
  }

/**
 * Creates the record of a sign-in, which all layers share.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_DEVELOPMENT` (403) if the request may not use the provider
 */
export function createAttempt(start: AttemptStart): SignInAttempt {
  const { context, provider, body = {} } = start
  if (context.config.development) requireAvailable(provider, context)
  const { [strategyKey]: strategy } = provider as StrategyHolder
  const remembered = isRemembered(start.remembered, context.config)
  return {
    body,
    params: {},
    hints: {},
    link: undefined,
    requireLive: refuseLink,
    flow: undefined,
    request: { method: "POST", query: {}, body, cookies: {} },
    passkey: undefined,
    strategyUser: undefined,
    ...start,
    strategy,
    fields: provider.type === "credentials" ? (provider.credentials ?? {}) : strategy?.fields,
    remembered,
    times: timesOf(remembered, context.config),
  }
}

async function refuseLink(): Promise<never> {
  throw new Error("The session that asked for this link was not checked, so nothing was linked.")
}

/** Creates the GET request by which core gets a provider's response or a mailed link. */
export function getRequest(query: Params, cookies: Params = {}): CoreRequest {
  return { method: "GET", query, body: {}, cookies }
}
