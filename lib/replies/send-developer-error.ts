import type { Request, Response } from "express"
import { readEnvironment } from "../config/env.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { handlesErrors } from "../development/handles-errors.js"
import { isDevelopmentRequest } from "../development/is-development-request.js"
import type { ExpressAuthError } from "../errors.js"
import { type ConfigSource, configFor } from "../http/config-for.js"
import { negotiate } from "../http/negotiate.js"
import { sendWebResponse } from "../http/send-web-response.js"
import { toDeveloperErrorResponse } from "./developer-error-response.js"

/** An error that would go to `next`, and the configuration of the middleware. */
interface Fault {
  readonly error: ExpressAuthError
  readonly source: ConfigSource
}

/**
 * Shows an error to the developer's browser and logs it as Express would. Apps with an error handler of their own get the
 * error instead, so that the handler is developed with it.
 *
 * @returns whether the page was sent; if not, the error goes to `next`
 */
export async function sendDeveloperError(req: Request, res: Response, fault: Fault): Promise<boolean> {
  const config = await configOf(req, fault.source)
  const { development, url: origin } = readEnvironment()
  if (!isDevelopmentRequest({ req, config: config ?? { development, origin } })) return false
  if (res.headersSent || !req.app || negotiate(req) !== "html" || handlesErrors(req.app)) return false
  log(fault.error, config)
  const { error } = fault
  await sendWebResponse(toDeveloperErrorResponse(req, { error, status: error.status, config }), res)
  return true
}

/** Express logs errors that no handler takes. An unreadable session is in the log already. */
function log(error: ExpressAuthError, config: ResolvedConfig | undefined): void {
  if (!config) console.error(error)
  else if (error.code !== "ERR_AUTH_SESSION") config.logger.error(error)
}

/** Returns `undefined` if the configuration is what fails. */
async function configOf(req: Request, source: ConfigSource): Promise<ResolvedConfig | undefined> {
  try {
    return await configFor(source, req)
  } catch {
    return undefined
  }
}
