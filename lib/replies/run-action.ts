import type { Response as ExpressResponse } from "express"
import { eventsStored } from "../audit/record-event.js"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { appendSetCookies, headersSent, requireUnsent } from "../http/cookies.js"
import { toProblemResponse } from "../http/problem.js"
import { sendWebResponse } from "../http/send-web-response.js"
import { toFailureResponse } from "./failure-response.js"
import { type AuthResult, outcomeOf } from "./responses.js"

/**
 * Runs an action and sends its response. Reports a failure to the visitor as well, unless the session could not be
 * read: the app's own error handler must tell that from an anonymous request.
 *
 * @returns whether the action had a response
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION`, `ERR_AUTH_HEADERS_SENT`
 */
export async function answer(
  context: AuthContext,
  act: (context: AuthContext) => Promise<Response | undefined> | Response | undefined,
): Promise<boolean> {
  if (context.res.headersSent) throw headersSent()
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
  const response = await responseOf(context, act)
  if (context.config.audit) await eventsStored(context.req)
  return response
}

async function responseOf(
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

/** Reports an invalid request, such as one with a malformed Host header, to the client. */
export function sendProblem(
  res: ExpressResponse,
  { status, code, message }: ExpressAuthError,
): Promise<void> {
  return sendWebResponse(toProblemResponse({ status, title: "Bad request", code, detail: message }), res)
}
