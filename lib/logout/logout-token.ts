import { errors, type JWTPayload, jwtVerify } from "jose"
import type { OAuthProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"
import { logoutMetadataOf } from "./logout-metadata.js"

/** Whom a provider signs out: one session of its own (`sid`), or everything of an account (`sub` alone). */
export interface LogoutClaims {
  readonly jti: string
  readonly sub?: string
  readonly sid?: string
}

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"
const asymmetric = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ")

/** Seconds a logout token is believed after it was issued, and that clocks may differ. */
const maxAge = 5 * 60
const clockTolerance = 60

/** Seconds after which a token that was used once is refused for its age. */
export const logoutTokenLifetime = maxAge + 2 * clockTolerance

/**
 * Verifies a logout token: signed with a key of the provider's `jwks_uri` (never with a shared secret), for us, fresh,
 * with the event, without a nonce, and naming somebody. Whether it was used before is not looked at.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LOGOUT_TOKEN` (400); `ERR_AUTH_PROVIDER_UNAVAILABLE` (503)
 * @see https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation
 */
export async function verifyLogoutToken(token: unknown, provider: OAuthProvider): Promise<LogoutClaims> {
  if (typeof token !== "string" || token === "") throw refusal("There is no `logout_token` in the body.")
  const { issuer, keys } = await logoutMetadataOf(provider)
  if (!keys) throw refusal(`Provider "${provider.id}" publishes no keys (\`jwks_uri\`).`)
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    algorithms: algorithmsOf(provider),
    issuer,
    audience: String(provider.clientId),
    maxTokenAge: maxAge,
    clockTolerance,
    requiredClaims: ["jti", "events"],
  }).catch((error: unknown) => {
    throw isTokensFault(error) ? refusal(`The logout token is not valid: ${error.message}.`, error) : error
  })
  requireType(protectedHeader.typ)
  return toLogoutClaims(payload)
}

/** The algorithm the client registered for id_tokens holds for logout tokens too. */
function algorithmsOf({ client }: OAuthProvider): string[] {
  const registered = client?.id_token_signed_response_alg
  return asymmetric.filter((algorithm) => registered === undefined || algorithm === registered)
}

/** Older providers say `JWT`, or nothing; any other type is a token for something else. */
function requireType(type: string | undefined): void {
  if (type === undefined || /^(?:application\/)?(?:logout\+)?jwt$/i.test(type)) return
  throw refusal(`The token is of type "${type}", not "logout+jwt".`)
}

function toLogoutClaims({ jti, sub, sid, events, nonce }: JWTPayload): LogoutClaims {
  const event = isObject(events) ? events[logoutEvent] : undefined
  if (!isObject(event)) throw refusal("The token is about no back-channel logout (`events`).")
  if (nonce !== undefined) throw refusal("The token has a `nonce`: it is an id_token.")
  if (!isText(jti)) throw refusal("The token has no `jti`.")
  for (const [name, value] of Object.entries({ sub, sid }))
    if (value !== undefined && !isText(value)) throw refusal(`The \`${name}\` of the token is no text.`)
  if (sub === undefined && sid === undefined) throw refusal("The token names neither `sub` nor `sid`.")
  return { jti, ...(sub !== undefined && { sub }), ...(isText(sid) && { sid }) }
}

/** Which of the errors of `jose` say that the token is wrong, rather than that the keys could not be had. */
function isTokensFault(error: unknown): error is Error {
  return [
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSMultipleMatchingKeys,
    errors.JWKSNoMatchingKey,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JWTClaimValidationFailed,
    errors.JWTExpired,
    errors.JWTInvalid,
  ].some((type) => error instanceof type)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/** Databases refuse to be asked for a NUL. */
function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !value.includes("\0")
}

function refusal(message: string, cause?: unknown): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_LOGOUT_TOKEN", message, { status: 400, cause })
}
