import type { ResolvedProvider } from "../../config/resolve-providers.js"
import { callCore } from "../../engine/call-core.js"
import { createAttempt, getRequest } from "../../engine/sign-in-attempt.js"
import { ExpressAuthError } from "../../errors.js"
import type { AuthContext } from "../../http/auth-context.js"
import type { PasskeyCall } from "../../passkeys/passkey-call.js"
import { startChallenge } from "../../passkeys/passkey-challenge.js"
import { toJson } from "../../replies/responses.js"
import { requireRecentSession } from "../accounts/require-recent-session.js"
import { paramsOf, queryOf } from "../destination.js"
import { passkeyRefusal, requirePasskeyProvider, toPasskeyUser } from "./passkey-answer.js"

/**
 * `GET /auth/webauthn-options/:provider`: returns the options for the browser's WebAuthn call, and a cookie with their
 * challenge. With `action=register` for a new passkey, else for a sign-in, whose options depend on nothing that the
 * visitor sends.
 */
export async function getWebAuthnOptions(
  context: AuthContext,
  provider: ResolvedProvider,
): Promise<Response> {
  requirePasskeyProvider(provider)
  const { action, ...params } = paramsOf(queryOf(context))
  const passkey = await toPasskeyCall(context, action)
  const isSignIn = passkey.action === "authenticate"
  const request = getRequest(isSignIn ? { action: "authenticate" } : { ...params, action: "register" })
  const attempt = createAttempt({ context, provider, destination: `${context.origin}/`, passkey, request })
  const result = await callCore(attempt, "webauthn-options")
  const { status = 200, body } = result
  if (status >= 400)
    throw passkeyRefusal(
      status,
      "A new account needs an e-mail address, from the `email` field or from getUserInfo().",
    )
  return toJson(body, startChallenge(context, provider.id, result))
}

/**
 * Reads whether the browser registers a passkey or signs in with one.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_PASSKEY` (400); `ERR_AUTH_REAUTHENTICATE`, `ERR_AUTH_UNPROVEN` (401)
 */
async function toPasskeyCall(context: AuthContext, action = "authenticate"): Promise<PasskeyCall> {
  if (action === "authenticate") return { action }
  if (action !== "register")
    throw passkeyRefusal(400, `action is "${action}"; expected "authenticate" or "register".`)
  const linkTo = await toPasskeyUser(context)
  if (linkTo) {
    await requireRecentSession(context)
    return { action, linkTo }
  }
  requireOpenSignUp(context)
  return { action }
}

/**
 * Requires a sign-in if the app sends sign-in mails: an address must be proven before anything is stored for it, or an
 * attacker's passkey would be waiting in its owner's account.
 */
function requireOpenSignUp({ config }: AuthContext): void {
  if (!config.providers.some(({ type }) => type === "email")) return
  throw new ExpressAuthError("ERR_AUTH_PASSKEY", "Sign in first, then add a passkey.", {
    status: 403,
  })
}
