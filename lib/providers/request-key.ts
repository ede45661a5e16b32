import { ExpressAuthError } from "../errors.js"

type Params = Readonly<Record<string, string>>

/** A strategy's request to its service, bound to the sign-in that sends it. */
export interface BoundRequest {
  /** The request with our key in it. */
  readonly url: string
  /** What the response brings back; `undefined` if the service returns nothing unpredictable. */
  readonly key: string | undefined
  readonly replaced?: ReplacedParam | undefined
}

/** A parameter that carries our key instead of the strategy's value. */
export interface ReplacedParam {
  readonly name: "state" | "RelayState"
  /** The strategy's own value; `undefined` where it sent none. */
  readonly value?: string
}

/**
 * Binds an authorization request to one sign-in by replacing its `state` or `RelayState` with `key`. The strategy's own
 * value may be the same for every visitor, and would then accept an attacker's response.
 *
 * OAuth 1.0 is bound by the service's own `oauth_token`. Sealed requests (JAR, PAR) cannot be changed, and OpenID 2.0
 * and CAS return no parameter; these have no key.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_PROVIDER` (500) if the strategy signs its own `RelayState`
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-10.12
 */
export function bindRequest(request: URL, key: string): BoundRequest {
  const { searchParams: params } = request
  const token = params.get("oauth_token")
  if (params.has("request") || params.has("request_uri")) return { url: request.href, key: undefined }
  if (params.has("response_type") || params.has("state")) return replace(request, "state", key)
  if (token) return { url: request.href, key: token }
  if (params.get("RelayState") === key) return { url: request.href, key }
  if (params.has("SAMLRequest") && params.has("Signature")) return requireUnsignedState(request)
  if (params.has("SAMLRequest") || params.has("RelayState")) return replace(request, "RelayState", key)
  return { url: request.href, key: undefined }
}

function replace(request: URL, name: ReplacedParam["name"], key: string): BoundRequest {
  const value = request.searchParams.get(name)
  const url = new URL(request)
  url.searchParams.set(name, key)
  return { url: url.href, key, replaced: { name, ...(value !== null && { value }) } }
}

function requireUnsignedState(request: URL): BoundRequest {
  if (!request.searchParams.has("RelayState")) return { url: request.href, key: undefined }
  throw new ExpressAuthError(
    "ERR_AUTH_PROVIDER",
    "The SAML strategy signs a RelayState of its own, which does not identify the sign-in. Remove RelayState from " +
      "its additionalParams, so that the strategy sends ours.",
  )
}

/**
 * Binds a page of the strategy that posts to its service.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_PROVIDER` (500) if the page does not contain the key
 */
export function bindPage(html: string, key: string): BoundRequest {
  if (html.includes(key)) return { url: "", key }
  throw new ExpressAuthError(
    "ERR_AUTH_PROVIDER",
    "The strategy's page does not post our RelayState, so the response would not be bound to this browser. Remove " +
      "RelayState from the strategy's additionalParams, or include req.query.RelayState in the page.",
  )
}

/** Returns the value that matches a response to its sign-in: of OAuth 2.0, OAuth 1.0 (also when denied) or SAML. */
export function keyOf({
  state,
  oauth_token: token,
  denied,
  RelayState: relayState,
}: Params): string | undefined {
  return state ?? token ?? denied ?? relayState
}

/** Restores the strategy's own value in a response. A signed response stays unchanged. */
export function restoreAnswer(answer: Params, replaced: ReplacedParam | undefined): Params {
  if (!replaced || (replaced.name === "RelayState" && "Signature" in answer)) return answer
  const { [replaced.name]: _ours, ...rest } = answer
  return replaced.value === undefined ? rest : { ...rest, [replaced.name]: replaced.value }
}
