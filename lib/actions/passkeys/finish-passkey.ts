import { callCore } from "../../engine/call-core.js"
import type { SignInAttempt } from "../../engine/sign-in-attempt.js"
import type { AuthContext } from "../../http/auth-context.js"
import { withCookies } from "../../http/cookies.js"
import { describeDevice } from "../../http/describe-device.js"
import { useOnce } from "../../limits/single-use.js"
import { noticeLink } from "../../notices/notice-sign-in.js"
import { type PasskeyCall, SentElsewhere } from "../../passkeys/passkey-call.js"
import {
  type Challenge,
  challengeMaxAge,
  resumeChallenge,
  toCoreChallenge,
} from "../../passkeys/passkey-challenge.js"
import { PasskeyError } from "../../passkeys/passkey-error.js"
import { toFailureResponse } from "../../replies/failure-response.js"
import { toRedirect } from "../../replies/responses.js"
import { traceSignIn } from "../../replies/trace-sign-in.js"
import { readSession } from "../../session/get-session.js"
import { identifySession } from "../../session/identify-session.js"
import type { AdapterExtras } from "../../stores/adapter-extras.js"
import { requireLive } from "../accounts/finish-link.js"
import { dropDestination } from "../destination.js"
import { finishSignIn, sendElsewhere } from "../finish-sign-in.js"
import { type PasskeyAnswer, readPasskeyAnswer, toPasskeyUser } from "./passkey-answer.js"

/**
 * `POST /auth/callback/:provider` of a passkey: signs in or signs up with it, or adds it to the signed-in user's
 * account. Uses up the challenge in any case.
 */
export async function finishPasskey(attempt: SignInAttempt): Promise<Response> {
  const { context, provider, destination } = attempt
  const answer = readPasskeyAnswer(attempt.body)
  const resumed = resumeChallenge(context, provider.id, answer.challenge)
  if (!resumed || !(await useOnce(context.config, answer.challenge, challengeMaxAge))) {
    const error = new PasskeyError(
      "expired",
      "This browser does not hold the challenge that was signed, or holds it no longer.",
    )
    return toFailureResponse(context, error, { destination })
  }
  const { known, clear } = resumed
  const body = { ...attempt.body, ...answer }
  return withCookies(await proceed({ ...attempt, body }, answer, known), [clear])
}

async function proceed(
  attempt: SignInAttempt,
  { action }: PasskeyAnswer,
  known: Challenge,
): Promise<Response> {
  const { context, body, destination } = attempt
  const linkTo = action === "register" ? await toPasskeyUser(context) : undefined
  if (linkTo && known.user?.id === linkTo.id) return addPasskey(attempt, known, linkTo)
  const isForeign = action === "register" ? !isForSignUp(known) || linkTo : known.user
  if (isForeign) {
    const message = "The passkey was created for another session."
    return toFailureResponse(context, new PasskeyError("session_changed", message), { destination })
  }
  const passkey = { action, onStored: nameAfterDevice(context) }
  const request = { method: "POST", query: {}, body, cookies: toCoreChallenge(context, known) } as const
  return finishSignIn({ ...attempt, passkey, request })
}

function isForSignUp({ user }: Challenge): boolean {
  return user !== undefined && user.id === undefined
}

/** Adds a passkey to the signed-in user's account; the session continues unchanged. */
async function addPasskey(
  attempt: SignInAttempt,
  known: Challenge,
  linkTo: NonNullable<PasskeyCall["linkTo"]>,
): Promise<Response> {
  const { context, body, destination } = attempt
  const reading = await readSession(context.req, context.config)
  const link = { userId: linkTo.id, session: identifySession(reading)?.id ?? "" }
  const passkey = { action: "register", linkTo, onStored: nameAfterDevice(context) } as const
  const challenge = toCoreChallenge(context, { ...known, user: linkTo })
  const cookies = { ...challenge, [context.cookies.sessionToken.name]: reading.sealed ?? "" }
  const request = { method: "POST", query: {}, body, cookies } as const
  const linking = { ...attempt, link, passkey, request }
  return traceSignIn(linking, async () => {
    try {
      const live = { ...linking, requireLive: () => requireLive(reading, context.config) }
      const { signedIn } = await callCore(live, "callback")
      if (context.config.notices) noticeLink(context, attempt.provider, signedIn)
    } catch (error) {
      return error instanceof SentElsewhere
        ? sendElsewhere(context, error)
        : toFailureResponse(context, error, { destination })
    }
    return toRedirect(context, destination, dropDestination(context))
  })
}

/** Names a new passkey after its browser, such as "Firefox on Windows", if the adapter stores names. */
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
