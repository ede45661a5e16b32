import type { Response as ExpressResponse } from "express"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { appendSetCookies } from "../http/cookies.js"
import { sendWebResponse } from "../http/send-web-response.js"
import { toFailureResponse } from "./failure-response.js"
import { type AuthResult, outcomeOf } from "./outcome.js"

/**
 * Runs an action and writes its answer. A failure is answered too, except where the app's own error handling has to
 * decide: a session that could not be read is not the same as nobody.
 *
 * @returns whether there was an answer
 */
export async function answer(
  context: AuthContext,
  act: (context: AuthContext) => Promise<Response | undefined> | Response | undefined,
): Promise<boolean> {
  requireUnsent(context.res)
  const response = await runAction(context, act)
  if (response) await sendWebResponse(response, context.res)
  return response !== undefined
}

/** Runs an action for a caller that answers the request itself: only the cookies go on the response. */
export async function outcomeOfAction(
  context: AuthContext,
  act: (context: AuthContext) => Promise<Response>,
): Promise<AuthResult> {
  requireUnsent(context.res)
  const response = (await runAction(context, act)) ?? new Response()
  appendSetCookies(context.res, response.headers.getSetCookie())
  return outcomeOf(response)
}

async function runAction(
  context: AuthContext,
  act: Parameters<typeof answer>[1],
): Promise<Response | undefined> {
  try {
    return await act(context)
  } catch (error) {
    if (error instanceof ExpressAuthError && error.code === "ERR_AUTH_SESSION") throw error
    return toFailureResponse(context, error)
  }
}

/** @throws {ExpressAuthError} `ERR_AUTH_HEADERS_SENT` */
export function requireUnsent(res: ExpressResponse): void {
  if (!res.headersSent) return
  throw new ExpressAuthError(
    "ERR_AUTH_HEADERS_SENT",
    "The response has begun already, so no cookie can be set. Call this before anything is written, and only once.",
  )
}
