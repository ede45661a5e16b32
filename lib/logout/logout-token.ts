import { errors, type JWTPayload, jwtVerify } from "jose"
import type { OAuthProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"
import { logoutMetadataOf } from "./logout-metadata.js"

/** What a provider signs out: one of its sessions (`sid`), or all sessions of an account (`sub` alone). */
export interface LogoutClaims {
  /** The token's id, for single use. */
  readonly jti: string
  /** The account's id at the provider. */
  readonly sub?: string | undefined
  /** The id of the session at the provider. */
  readonly sid?: string | undefined
}

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"
const asymmetric = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ")

/** Seconds after its `iat` for which a logout token is accepted. */
const maxAge = 5 * 60
/** Seconds by which clocks may differ. */
const clockTolerance = 60

/** Seconds after which a logout token is refused because of its age, so its `jti` need not be kept any longer. */
export const logoutTokenLifetime = maxAge + 2 * clockTolerance

/**
 * Verifies a logout token: signed with a key of the provider's `jwks_uri` (never with a shared secret), issued to us,
 * fresh, with the logout event, without a nonce, and with a `sub` or `sid`. Does not check whether it was used before.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LOGOUT_TOKEN` (400) for an invalid token; `ERR_AUTH_PROVIDER_UNAVAILABLE` (503)
 * if the provider's keys cannot be fetched
 * @see https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation
 */
export async function verifyLogoutToken(token: unknown, provider: OAuthProvider): Promise<LogoutClaims> {
  if (typeof token !== "string" || token === "") throw refusal("The body has no `logout_token`.")
  const { issuer, keys } = await logoutMetadataOf(provider)
  if (!keys) throw refusal(`Provider "${provider.id}" has no \`jwks_uri\` in its discovery document.`)
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    algorithms: algorithmsOf(provider),
    issuer,
    audience: String(provider.clientId),
    maxTokenAge: maxAge,
    clockTolerance,
    requiredClaims: ["jti", "events"],
  }).catch((error: unknown) => {
    throw isTokenError(error) ? refusal(`The logout token is not valid: ${error.message}.`, error) : error
  })
  requireType(protectedHeader.typ)
  return toLogoutClaims(payload)
}

/** The client's `id_token_signed_response_alg` also applies to logout tokens. */
function algorithmsOf({ client }: OAuthProvider): string[] {
  const registered = client?.id_token_signed_response_alg
  return asymmetric.filter((algorithm) => registered === undefined || algorithm === registered)
}

/** Older providers send `JWT` or no type; any other type marks a token for another purpose. */
function requireType(type: string | undefined): void {
  if (type === undefined || /^(?:application\/)?(?:logout\+)?jwt$/i.test(type)) return
  throw refusal(`The logout token's \`typ\` is "${type}"; expected "logout+jwt".`)
}

function toLogoutClaims({ jti, sub, sid, events, nonce }: JWTPayload): LogoutClaims {
  const event = isObject(events) ? events[logoutEvent] : undefined
  if (!isObject(event)) throw refusal("The logout token has no back-channel logout event in `events`.")
  if (nonce !== undefined) throw refusal("The logout token has a `nonce`, so it is an id_token.")
  if (!isStringWithoutNul(jti)) throw refusal("The logout token has no `jti`.")
  for (const [name, value] of Object.entries({ sub, sid }))
    if (value !== undefined && !isStringWithoutNul(value))
      throw refusal(`The logout token's \`${name}\` is not a string.`)
  if (sub === undefined && sid === undefined) throw refusal("The logout token has neither `sub` nor `sid`.")
  return { jti, sub, sid: isStringWithoutNul(sid) ? sid : undefined }
}

/** Whether an error of `jose` means that the token is invalid, rather than that the keys could not be fetched. */
function isTokenError(error: unknown): error is Error {
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

/** Databases reject a NUL in queries. */
function isStringWithoutNul(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !value.includes("\0")
}

function refusal(message: string, cause?: unknown): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_LOGOUT_TOKEN", message, { status: 400, cause })
}
