import { Auth } from "@auth/core"
import { AuthError, OAuthCallbackError } from "@auth/core/errors"
import type { ResponseInternal } from "@auth/core/types"
import { stringifyCookie } from "cookie"
import { findProvider } from "../config/find-provider.js"
import type { AuthContext } from "../http/auth-context.js"
import type { Cookie } from "../http/cookies.js"
import type { Body } from "../http/read-body.js"
import { toWebRequest } from "../http/to-web-request.js"
import type { MailWriter } from "../mail/mail-message.js"
import { Outbox, type SentMail } from "../mail/outbox.js"
import { type PasskeyCall, toPasskeyConfig } from "../passkeys/passkey-call.js"
import { hideAnswers } from "../providers/hide-answers.js"
import { explainProviderFault } from "../providers/provider-fault.js"
import type { StrategyUser } from "../providers/strategy-provider.js"
import type { BegunSession } from "../session/sign-in-record.js"
import { toCoreBasePath, toCoreConfig } from "./core-config.js"
import { toCoreEvents } from "./core-events.js"
import { createCredentialsSession } from "./credentials-session.js"
import { onTrustedLink } from "./first-proof.js"
import { FirstSignIn } from "./first-sign-in.js"
import { type LiveLink, toLinkConfig } from "./link-intent.js"
import { ProofWatch } from "./proof-watch.js"
import { withTokenKeeping } from "./token-keeping.js"

/** One call to core: an action on a provider, with the cookies rebuilt for it. */
export interface CoreCall {
  readonly action: "signin" | "callback" | "webauthn-options"
  readonly provider: string
  readonly method: "GET" | "POST"
  /** Where the sign-in ends, already checked. */
  readonly destination: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Body
  readonly cookies?: Readonly<Record<string, string>>
  /** Where the provider's are passkeys. */
  readonly passkey?: PasskeyCall
  /** Writes the mail of a sign-in. */
  readonly writeMail?: MailWriter
  /** The account goes to whom is signed in already. */
  readonly link?: LiveLink
  /** Where the provider has found out by itself who it is. */
  readonly external?: StrategyUser
  /** Whether the session outlives the browser, as far as the person has a say. @default true */
  readonly remembered?: boolean | undefined
}

export interface CoreResult {
  readonly redirect?: string
  readonly cookies: readonly Cookie[]
  /** Belongs beside the session's cookie. */
  readonly companion?: Cookie
  readonly body?: unknown
  /** Where there was one to send. */
  readonly mail?: SentMail
  /** Where core says one. */
  readonly status?: number
}

/**
 * Runs one action of `@auth/core`. The only place that calls `Auth()`.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_PROVIDER_*`; core's own errors (`AuthError`) and whatever callbacks and adapters
 * threw beneath them
 */
export async function callCore(context: AuthContext, call: CoreCall): Promise<CoreResult> {
  const errors: Error[] = []
  const { logger, session } = context.config
  const calledProvider = findProvider(context.config, call.provider)
  const outbox = new Outbox()
  const firstSignIn = new FirstSignIn(context.config)
  const begun: BegunSession = {}
  const proofWatch = new ProofWatch(context.config, { provider: calledProvider, since: context.arrivedAt })
  const common = toCoreConfig(context, {
    ...{ ...call, provider: calledProvider },
    ...{ outbox, firstSignIn, proofWatch, begun },
  })
  const config = {
    ...common,
    events: toCoreEvents(context.config, { isLink: call.link !== undefined, firstSignIn }),
    ...(session.keepTokens && withTokenKeeping(common)),
    ...(common.adapter &&
      !call.link && {
        adapter: onTrustedLink(common.adapter, context.config, () => proofWatch.stop()),
      }),
    ...(call.link && toLinkConfig(common, call.link)),
    ...createCredentialsSession(context, { ...call, proofWatch }, begun),
    logger: { error: (error: Error) => void errors.push(error), warn: logger.warn, debug: logger.debug },
  }
  try {
    const asked = call.passkey ? toPasskeyConfig(config, call.passkey) : config
    const result = {
      ...toResult(await Auth(toCoreRequest(context, call), asked), errors),
      ...(begun.companion && { companion: begun.companion }),
    }
    const mail = await outbox.deliver(context.config, calledProvider)
    return mail ? { ...result, mail } : result
  } catch (error) {
    errors.splice(0, errors.length, ...errors.filter((logged) => logged !== error))
    const explained = explainProviderFault(withAnswer(error, call), calledProvider)
    hideAnswers(explained)
    throw explained
  } finally {
    for (const error of errors) {
      hideAnswers(error)
      logger.error(error)
    }
  }
}

/** Core means to hang what the provider answered on its error, but passes it where `Error` does not look. */
function withAnswer(error: unknown, { query, body }: CoreCall): unknown {
  const said = query?.error ?? body?.error
  if (!(error instanceof OAuthCallbackError) || error.cause || said === undefined) return error
  return Object.assign(error, { cause: { error: said } })
}

function toCoreRequest(context: AuthContext, call: CoreCall): Request {
  const path = `${toCoreBasePath(context.basePath)}/${call.action}/${call.provider}`
  const url = new URL(path, context.origin)
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value)
  const cookie = stringifyCookie({ ...call.cookies, [context.cookies.callbackUrl.name]: call.destination })
  return toWebRequest(context.req, { url: url.href, method: call.method, cookie, body: call.body })
}

/**
 * Asked for raw results core still answers some failures with a finished Response, and a profile it could not read
 * with a redirect; the error itself went to the logger.
 */
function toResult(result: ResponseInternal | Response, errors: Error[]): CoreResult {
  const unread = errors.findIndex(
    (error) => error instanceof AuthError && error.type === "OAuthProfileParseError",
  )
  const failure =
    result instanceof Response ? errors.pop() : unread >= 0 ? errors.splice(unread, 1)[0] : undefined
  if (failure) throw failure
  if (result instanceof Response) throw new Error(`@auth/core answered ${result.status} and said no reason`)
  const { redirect, cookies = [], body, status } = result
  const said = { ...(redirect !== undefined && { redirect }), ...(status !== undefined && { status }) }
  return { ...said, cookies: cookies as readonly Cookie[], body }
}
