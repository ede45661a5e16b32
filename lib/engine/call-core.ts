import { Auth } from "@auth/core"
import { AuthError, OAuthCallbackError } from "@auth/core/errors"
import type { ResponseInternal } from "@auth/core/types"
import type { Cookie } from "../http/cookies.js"
import type { MailWriter } from "../mail/held-mail.js"
import { Outbox, type SentMail } from "../mail/outbox.js"
import type { ServerMetadata } from "../providers/discovery.js"
import { hideAnswers } from "../providers/hide-answers.js"
import { explainProviderFault } from "../providers/provider-fault.js"
import { type CoreCall, toCoreConfig } from "./core-config.js"
import type { SignedIn } from "./core-events.js"
import { toCoreBasePath, toCoreRequest } from "./core-request.js"
import { FirstSignIn } from "./first-sign-in.js"
import { ProofWatch } from "./proof-watch.js"
import type { CoreAction, SignInAttempt } from "./sign-in-attempt.js"

/** The result of one call to core. */
export interface CoreResult {
  /** The URL to send the browser to. */
  readonly redirect: string | undefined
  readonly cookies: readonly Cookie[]
  /** The cookie that says when and how the user signed in, for adapters whose rows do not. */
  readonly companion: Cookie | undefined
  readonly body: unknown
  /** Who has signed in. */
  readonly signedIn: SignedIn
  readonly mail: SentMail | undefined
  /** The HTTP status, if core chose one. */
  readonly status: number | undefined
  /** The provider's discovery document, if a sign-in read it. */
  readonly metadata: ServerMetadata | undefined
}

/**
 * Runs one action of `@auth/core` for a sign-in. The only place that calls `Auth()`.
 *
 * @param writeMail writes the mail of a sign-in, unless the app's own function does
 * @throws {ExpressAuthError} `ERR_AUTH_PROVIDER_*`
 * @throws {AuthError} core's own errors, with what callbacks and adapters threw as their causes
 */
export async function callCore(
  attempt: SignInAttempt,
  action: CoreAction,
  writeMail?: MailWriter,
): Promise<CoreResult> {
  const { provider, context } = attempt
  const { config } = context
  const errors: Error[] = []
  const firstSignIn = new FirstSignIn(config)
  const proofWatch = new ProofWatch(config, { provider, since: context.arrivedAt })
  const call: CoreCall = {
    action,
    basePath: toCoreBasePath(context.basePath),
    outbox: new Outbox(),
    firstSignIn,
    proofWatch,
    created: {},
    signedIn: {},
    discovered: {},
    errors,
    writeMail,
  }
  try {
    const response = await Auth(toCoreRequest(attempt, call), toCoreConfig(attempt, call))
    const result = readResult(response, errors)
    const mail = provider.type === "email" ? await call.outbox.deliver(config, provider) : undefined
    const { created, signedIn } = call
    return { ...result, mail, companion: created.companion, signedIn, metadata: call.discovered.metadata }
  } catch (error) {
    errors.splice(0, errors.length, ...errors.filter((logged) => logged !== error))
    const explained = explainProviderFault(withProviderError(error, attempt), provider)
    hideAnswers(explained)
    throw explained
  } finally {
    for (const error of errors) {
      hideAnswers(error)
      config.logger.error(error)
    }
  }
}

/** Core passes the provider's error as the message where `Error` expects the cause, so it is lost. */
function withProviderError(error: unknown, { request }: SignInAttempt): unknown {
  const code = request.query.error ?? request.body.error
  if (!(error instanceof OAuthCallbackError) || error.cause || code === undefined) return error
  return Object.assign(error, { cause: { error: code } })
}

/**
 * Reads what core returned. Although called with `raw`, core answers some failures with a finished Response, and a
 * profile that it could not read with a redirect; the error itself went to the logger.
 */
function readResult(
  result: ResponseInternal | Response,
  errors: Error[],
): Pick<CoreResult, "redirect" | "cookies" | "body" | "status"> {
  const unread = errors.findIndex(
    (error) => error instanceof AuthError && error.type === "OAuthProfileParseError",
  )
  const failure =
    result instanceof Response ? errors.pop() : unread >= 0 ? errors.splice(unread, 1)[0] : undefined
  if (failure) throw failure
  if (result instanceof Response) throw new Error(`@auth/core responded with ${result.status} and no reason.`)
  const { redirect, cookies = [], body, status } = result
  return { redirect, cookies: cookies as readonly Cookie[], body, status }
}
