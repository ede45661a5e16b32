import type { ResolvedProvider } from "../../config/resolve-providers.js"
import { callCore } from "../../engine/call-core.js"
import type { AuthContext } from "../../http/auth-context.js"
import type { Body } from "../../http/read-body.js"
import { useOnce } from "../../limits/single-use.js"
import type { PasskeyCall } from "../../passkeys/passkey-call.js"
import {
  type Challenge,
  challengeMaxAge,
  resumeChallenge,
  toCoreChallenge,
} from "../../passkeys/passkey-challenge.js"
import { PasskeyError } from "../../passkeys/passkey-error.js"
import { toFailureResponse } from "../../replies/failure-response.js"
import { toRedirect, withCookies } from "../../replies/responses.js"
import { describeDevice } from "../../session/describe-device.js"
import { readSession } from "../../session/get-session.js"
import { identifySession } from "../../session/identify-session.js"
import type { AdapterExtras } from "../../stores/adapter-extras.js"
import { requireLive } from "../accounts/finish-link.js"
import { dropDestination } from "../destination.js"
import { finishSignIn, toUnfinished } from "../finish-sign-in.js"
import { wishesToBeRemembered } from "../remember-choice.js"
import { type PasskeyAnswer, readPasskeyAnswer, toPasskeyUser } from "./passkey.js"

/** A passkey's answer, and how its call to core begins. */
interface Attempt {
  readonly provider: ResolvedProvider
  readonly destination: string
  readonly body: Body
  readonly known: Challenge
}

/**
 * `POST /auth/callback/:provider` of a passkey: somebody signs in or up with it, or adds it to their account. However it
 * ends, the challenge is spent.
 */
export async function finishPasskey(
  context: AuthContext,
  provider: ResolvedProvider,
  { body, destination }: { body: Body; destination: string },
): Promise<Response> {
  const answer = readPasskeyAnswer(body)
  const resumed = resumeChallenge(context, provider.id, answer.challenge)
  if (!resumed || !(await useOnce(context.config, answer.challenge, challengeMaxAge))) {
    const error = new PasskeyError(
      "expired",
      "This browser has not, or no longer, the challenge that was signed.",
    )
    return toFailureResponse(context, error, { destination })
  }
  const { known, clear } = resumed
  const attempt = { provider, destination, known, body: { ...body, ...answer } }
  return withCookies(await proceed(context, answer, attempt), [clear])
}

async function proceed(context: AuthContext, answer: PasskeyAnswer, attempt: Attempt): Promise<Response> {
  const { provider, destination, body, known } = attempt
  const linkTo = answer.action === "register" ? await toPasskeyUser(context) : undefined
  if (linkTo && known.user?.id === linkTo.id) return addPasskey(context, attempt, linkTo)
  const cookies = toCoreChallenge(context, known)
  const isForeign = answer.action === "register" ? !isForSignUp(known) || linkTo : known.user
  if (isForeign) {
    const message = "The passkey was made for another session than the one that brings it."
    return toFailureResponse(context, new PasskeyError("session_changed", message), { destination })
  }
  const passkey = { action: answer.action, onStored: nameAfterDevice(context) }
  const remembered = wishesToBeRemembered(context.config, body)
  return finishSignIn(context, provider, { body, destination, cookies, passkey, remembered })
}

function isForSignUp({ user }: Challenge): boolean {
  return user !== undefined && user.id === undefined
}

/** Adds a passkey to the signed-in user's account; the session stays as it is. */
async function addPasskey(
  context: AuthContext,
  { provider, destination, body, known }: Attempt,
  linkTo: NonNullable<PasskeyCall["linkTo"]>,
): Promise<Response> {
  const reading = await readSession(context.req, context.config)
  const session = identifySession(reading)?.id ?? ""
  const { name } = context.cookies.sessionToken
  try {
    await callCore(context, {
      action: "callback",
      provider: provider.id,
      method: "POST",
      destination,
      body,
      cookies: { ...toCoreChallenge(context, { ...known, user: linkTo }), [name]: reading.sealed ?? "" },
      passkey: { action: "register", linkTo, onStored: nameAfterDevice(context) },
      link: { userId: linkTo.id, session, requireLive: () => requireLive(reading, context.config) },
    })
  } catch (error) {
    return toUnfinished(context, error, destination)
  }
  return toRedirect(context, destination, dropDestination(context))
}

/** "Firefox on Windows", until its owner calls it something else; where the adapter keeps names. */
function nameAfterDevice({ req, config }: AuthContext): (credentialID: string) => Promise<void> {
  const extras = config.adapter as Partial<AdapterExtras> | undefined
  const userAgent = req.get("user-agent")
  return async (credentialID) => {
    try {
      if (userAgent) await extras?.renameAuthenticator?.(credentialID, await describeDevice(userAgent))
    } catch (error) {
      config.logger.error(error)
    }
  }
}
