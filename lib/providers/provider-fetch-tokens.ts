import type { OAuthProvider } from "../config/resolve-providers.js"
import { type Answer, readJsonObject } from "./discovery.js"

/**
 * Corrects token responses that violate RFC 6749, section 5, and that core refuses or misreads: no `token_type`,
 * `scope` as an array, members that are `null` instead of missing, an error with status 200.
 */
export function conformTokens(answer: Answer, provider: OAuthProvider): Answer {
  const tokens = answer.status === 200 || answer.status === 201 ? readJsonObject(answer.text) : undefined
  if (tokens === undefined) return answer
  if (typeof tokens.access_token === "string" && tokens.access_token !== "")
    return { ...answer, status: 200, text: JSON.stringify(conformMembers(tokens, provider)) }
  return typeof tokens.error === "string" ? { ...answer, status: 400, text: toErrorText(tokens) } : answer
}

/** Replaces GitHub's error code for a used or expired code by the standard one. */
function toErrorText(answered: Record<string, unknown>): string {
  const spent = answered.error === "bad_verification_code"
  return JSON.stringify(spent ? { ...answered, error: "invalid_grant" } : answered)
}

function conformMembers(tokens: Record<string, unknown>, provider: OAuthProvider): Record<string, unknown> {
  const { token_type: type, scope, ...rest } = withoutEmpty(tokens)
  if (rest.id_token !== undefined && isNobodys(provider)) delete rest.id_token
  return {
    ...rest,
    token_type: typeof type !== "string" || type === "jwt-bearer" ? "bearer" : type,
    ...(scope !== undefined && { scope: Array.isArray(scope) ? scope.join(" ") : scope }),
  }
}

function withoutEmpty(tokens: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(tokens).filter(([, value]) => value !== null && value !== ""))
}

/** Whether an id_token is unused: core refuses one of a plain OAuth provider without a configured issuer. */
function isNobodys(provider: OAuthProvider): boolean {
  return provider.type === "oauth" && provider.issuer === undefined
}
