import type { ResolvedProvider } from "../config/resolve-providers.js"
import type { AuthContext } from "../http/auth-context.js"
import type { Body } from "../http/read-body.js"
import type { PasskeyCall } from "../passkeys/passkey-call.js"
import { type StrategyProvider, type StrategyUser, strategyOf } from "../providers/strategy-provider.js"
import { isRemembered } from "../session/remember-me.js"
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

/** One sign-in, from the request that starts or finishes it to the response. */
export interface SignInAttempt {
  /** The browser's request. */
  readonly context: AuthContext
  readonly provider: ResolvedProvider
  /** What runs the sign-in instead of core, if the provider wraps a strategy. */
  readonly strategy: StrategyProvider | undefined
  /** What the visitor typed, or what the provider had the browser post. */
  readonly body: Body
  /** The URL where the sign-in ends; already checked. */
  readonly destination: string
  /** Whether the session outlives the browser. */
  readonly remembered: boolean
  /** The app's additions to the authorization request, such as `prompt`. */
  readonly params: Params
  /** The visitor's additions to the authorization request, such as `login_hint`. */
  readonly hints: Params
  /** The session that asked for an account to be linked; `undefined` for a sign-in. */
  readonly link: LinkIntent | undefined
  /** Throws unless the session that asked for a link still exists. @default throws */
  readonly requireLive: () => Promise<void>
  /** What core is called with. @default a POST of `body` */
  readonly request: CoreRequest
  /** What a passkey is used for. */
  readonly passkey: PasskeyCall | undefined
  /** The user that the strategy has found. */
  readonly strategyUser: StrategyUser | undefined
}

type Required = "context" | "provider" | "destination"
type Computed = "strategy" | "remembered"

/** The members of an attempt that differ from the defaults. */
export type AttemptStart = Pick<SignInAttempt, Required> &
  Partial<Omit<SignInAttempt, Required | Computed>> & {
    /** What the visitor or the app chose. @default true */
    readonly remembered?: boolean | undefined
  }

/** Creates the record that a sign-in is carried through all layers in. */
export function createAttempt(start: AttemptStart): SignInAttempt {
  const { context, provider, body = {} } = start
  return {
    body,
    params: {},
    hints: {},
    link: undefined,
    requireLive: refuseLink,
    request: { method: "POST", query: {}, body, cookies: {} },
    passkey: undefined,
    strategyUser: undefined,
    ...start,
    strategy: strategyOf(provider),
    remembered: isRemembered(start.remembered, context.config),
  }
}

async function refuseLink(): Promise<never> {
  throw new Error("The session that asked for this link was not checked, so nothing was linked.")
}

/** Creates the GET request by which core gets a provider's response or a mailed link. */
export function getRequest(query: Params, cookies: Params = {}): CoreRequest {
  return { method: "GET", query, body: {}, cookies }
}
