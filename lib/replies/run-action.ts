import type { Response as ExpressResponse } from "express"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { appendSetCookies } from "../http/cookies.js"
import { sendWebResponse } from "../http/send-web-response.js"
import { toFailureResponse } from "./failure-response.js"
import { type AuthResult, outcomeOf } from "./outcome.js"

/**
 * Runs an action and sends its response. A failure is reported to the visitor too, except if the session could not be
 * read, which the app's own error handler must tell from an anonymous request.
 *
 * @returns whether the action had a response
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION`, `ERR_AUTH_HEADERS_SENT`
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

/**
 * Runs an action for a caller that responds to the request itself. Only sets the cookies on the response.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION`, `ERR_AUTH_HEADERS_SENT`
 */
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

/**
 * Requires that cookies can still be set.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_HEADERS_SENT`
 */
export function requireUnsent(res: ExpressResponse): void {
  if (!res.headersSent) return
  throw new ExpressAuthError(
    "ERR_AUTH_HEADERS_SENT",
    "The response has begun already, so no cookie can be set. Call this before anything is written, and only once.",
  )
}
