import type { Request, Response } from "express"
import { type ExpressAuthHandler, sourceOf } from "../express-auth.js"
import { createAuthContext } from "../http/auth-context.js"
import { configFor, mountOf } from "../http/config-for.js"
import { appendSetCookies, toSetCookie } from "../http/cookies.js"
import { takeSubmittedValues } from "../replies/submitted-values.js"

/**
 * Reads the message with which a strategy refused this browser's last sign-in, for the app's own sign-in page
 * (`pages.signIn`). Each message can be read once, within a minute. Escape it like any other user-visible string.
 *
 * @returns `undefined` when there is no message
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_MOUNT`
 * @example
 * app.get("/login", async (req, res) => res.render("login", { message: await signInMessage(auth, req, res) }))
 */
export async function signInMessage(
  auth: ExpressAuthHandler,
  req: Request,
  res: Response,
): Promise<string | undefined> {
  const source = sourceOf(auth, "signInMessage()")
  const config = await configFor(source, req)
  const context = createAuthContext(req, res, config, mountOf(source).paths(config))
  const { typed, cookies } = takeSubmittedValues(context)
  appendSetCookies(res, cookies.map(toSetCookie))
  return typed?.message
}
