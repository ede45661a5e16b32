import { overlaps } from "../providers/strategy-provider.js"

/** The source of an error. */
interface Origin {
  /** The strategy's name. */
  readonly strategy: string
  /** The parameters of the service's response. */
  readonly answer: readonly unknown[]
}

/** Errors of passport-oauth2 and strategies built on it, whose message is the service's `error_description`. */
const quoting = /^\w*(?:Authorization|Token|GraphAPI|API|UserInfo)Error$/

/** Properties in which strategies and their HTTP clients store a response. */
const responseMembers = ["oauthError", "error_description", "xmlStatus", "response", "data", "body"]

/**
 * Removes the service's own text from an error of a strategy, so that it can be logged. Neither the service nor the
 * visitor who relays its response is trusted to write into the log.
 *
 * @returns the same error when it contains no text of a service, such as an error of the app's verify function
 */
export function withoutServiceText(error: unknown, origin: Origin): unknown {
  if (!(error instanceof Error)) return new Error(`${sentence(origin)} with a value that is not an Error.`)
  return isServiceError(error, origin) ? clean(error, origin) : error
}

function isServiceError(error: Error, origin: Origin): boolean {
  if (isQuote(error, origin) || responseMembers.some((name) => name in error)) return true
  const { cause } = error
  if (cause === undefined) return false
  return cause instanceof Error ? isServiceError(cause, origin) : true
}

function clean(error: Error, origin: Origin): Error {
  const { oauthError, cause = oauthError } = error as { oauthError?: unknown; cause?: unknown }
  const message = isQuote(error, origin)
    ? `${sentence(origin)}: its service responded with an error${describe(error)}. The service's message is omitted.`
    : `${error.message}${describe(error)}`
  const inner = cause instanceof Error ? { cause: withoutServiceText(cause, origin) } : {}
  const cleaned = new Error(message, inner)
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? []
  cleaned.stack = [`Error: ${message}`, ...frames].join("\n")
  return cleaned
}

function isQuote(error: Error, { answer }: Origin): boolean {
  if ((quoting.test(error.name) && "code" in error) || "xmlStatus" in error) return true
  return answer.some((value) => overlaps(error.message, value))
}

function sentence({ strategy }: Origin): string {
  return `The Passport strategy "${strategy}" failed`
}

/** Error codes of RFC 6749, OpenID Connect Core and SAML 2.0; any other value is free text of the service. */
const knownCodes = new Set([
  ...[
    "invalid_request",
    "unauthorized_client",
    "access_denied",
    "unsupported_response_type",
    "invalid_scope",
  ],
  ...["server_error", "temporarily_unavailable", "invalid_client", "invalid_grant", "unsupported_grant_type"],
  ...["interaction_required", "login_required", "account_selection_required", "consent_required"],
  ...["invalid_request_uri", "invalid_request_object", "request_not_supported", "redirect_uri_mismatch"],
  ...["Requester", "Responder", "VersionMismatch", "AuthnFailed", "InvalidNameIDPolicy", "NoAuthnContext"],
  ...["NoAvailableIDP", "NoPassive", "NoSupportedIDP", "RequestDenied", "RequestUnsupported"],
])

/** The standard codes and the HTTP status of an error, such as ` (invalid_grant, status 400)`. */
function describe(error: object): string {
  const { code, error: errorCode, status, oauthError, xmlStatus } = error as Record<string, unknown>
  const { statusCode = status } = Object(oauthError) as { statusCode?: unknown }
  const statuses = typeof xmlStatus === "string" ? xmlStatus.match(/(?<=:status:)\w+/g) : []
  const codes = [errorCode, code, ...(statuses ?? [])].filter((one) => typeof one === "string")
  const facts = [...new Set(codes)].filter((one) => knownCodes.has(one))
  if (typeof statusCode === "number") facts.push(`status ${statusCode}`)
  return facts.length > 0 ? ` (${facts.join(", ")})` : ""
}
