import { OAuthCallbackError } from "@auth/core/errors"
import { providerVariable } from "../config/env.js"
import { causeOf } from "../config/logger.js"
import { isOAuthProvider, type ResolvedProvider } from "../config/resolve-providers.js"
import { type ErrorCode, ExpressAuthError } from "../errors.js"

/** Explains a fault by the error code of the provider and the error of the library. */
type Explain = (said: string, error: Error) => Fault | undefined

interface Fault {
  readonly code: ErrorCode
  readonly status: number
  /** Follows the provider's name. */
  readonly what: string
}

const unavailable = (what: string): Fault => ({ code: "ERR_AUTH_PROVIDER_UNAVAILABLE", status: 503, what })
const misconfigured = (what: string): Fault => ({ code: "ERR_AUTH_PROVIDER_CLIENT", status: 500, what })

/** Error codes of RFC 6749, sections 4.1.2.1 and 5.2. A used code is no fault of the provider's. */
const momentary = ["server_error", "temporarily_unavailable"]
const spent = ["invalid_grant", "bad_verification_code"]
const clientErrors =
  /^(?:unauthorized_client|invalid_(?:client|scope|request|redirect_uri|target)|unsupported_response_type|.*redirect_uri.*)$/

/** By the `code` of oauth4webapi's errors. */
const byCode: Readonly<Record<string, Explain>> = {
  OAUTH_RESPONSE_BODY_ERROR: (said) => {
    if (spent.includes(said)) return
    return momentary.includes(said)
      ? unavailable(`responded "${said}"`)
      : misconfigured(`refuses this app's client: "${said}"`)
  },
  OAUTH_WWW_AUTHENTICATE_CHALLENGE: () => misconfigured("refuses this app's client id or secret"),
  OAUTH_PARSE_ERROR: () => unavailable("responded with something other than JSON"),
  OAUTH_RESPONSE_IS_NOT_JSON: () => unavailable("responded with something other than JSON"),
  OAUTH_RESPONSE_IS_NOT_CONFORM: (_said, { cause }) =>
    misconfigured(`responded ${cause instanceof Response ? cause.status : "unexpectedly"} at an endpoint`),
  OAUTH_MISSING_SERVER_METADATA: () => misconfigured("lacks an endpoint in its discovery document"),
  OAUTH_INVALID_SERVER_METADATA: () => misconfigured("has an invalid discovery document"),
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: () => misconfigured("identifies itself by another `issuer`"),
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: () => ({
    code: "ERR_AUTH_PROVIDER_CLOCK",
    status: 500,
    what: "sent an id_token that is not valid at this time: its clock or this server's is wrong",
  }),
}

/**
 * Explains an error of a provider: it is down, refuses the app, or a clock is wrong.
 *
 * @returns an error that names the provider and what to check, with the original as its cause; `error` itself for any
 * other error
 */
export function explainProviderFault(error: unknown, provider: ResolvedProvider | undefined): unknown {
  if (!(error instanceof Error) || !provider || !isOAuthProvider(provider)) return error
  const chain = causesOf(error)
  const own = chain.find(
    (one) => one instanceof ExpressAuthError && one.code.startsWith("ERR_AUTH_PROVIDER_"),
  )
  if (own) return own
  const fault = error instanceof OAuthCallbackError ? explainAnswer(error) : chain.map(explain).find(Boolean)
  if (!fault) return error
  const { code, status, what } = fault
  const message = `Provider "${provider.id}" ${what}. ${hints[code]?.(providerVariable(provider.definition.id)) ?? ""}`
  return new ExpressAuthError(code, message.trimEnd(), { status, cause: error })
}

const hints: Partial<Record<ErrorCode, (variable: string) => string>> = {
  ERR_AUTH_PROVIDER_CLIENT: (variable) =>
    `Check ${variable}_ID, ${variable}_SECRET and ${variable}_ISSUER, and the redirect URI and scopes registered there.`,
  ERR_AUTH_PROVIDER_CLOCK: () => "Set the time by NTP.",
}

function explain(error: Error): Fault | undefined {
  if (/did not provide an? \w+ endpoint/.test(error.message))
    return misconfigured("lacks an endpoint in its discovery document")
  if (/responded with an invalid issuer/.test(error.message))
    return misconfigured("identifies itself by another `issuer`")
  return byCode[textOf(error, "code")]?.(textOf(error, "error"), error)
}

/** Explains the error in the query of the callback. */
function explainAnswer(error: OAuthCallbackError): Fault | undefined {
  const said = clean(error.cause?.error)
  if (momentary.includes(said)) return unavailable(`responded "${said}"`)
  if (clientErrors.test(said)) return misconfigured(`refuses this app's request: "${said}"`)
  return undefined
}

function textOf(error: Error, name: "code" | "error"): string {
  return clean((error as Partial<Record<typeof name, unknown>>)[name])
}

/** Replaces anything but a short word, which a provider or a visitor may have written, to keep it out of the log. */
function clean(said: unknown): string {
  return typeof said === "string" && /^[\w.:-]{1,64}$/.test(said) ? said : "unknown"
}

function causesOf(error: Error): Error[] {
  const cause = causeOf(error)
  return cause ? [error, ...causesOf(cause)] : [error]
}
