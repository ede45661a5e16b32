import type { Request, Response } from "express"
import { type ExpressAuthHandler, sourceOf } from "../express-auth.js"
import { createAuthContext } from "../http/auth-context.js"
import { configFor, mountOf } from "../http/config-for.js"
import { appendSetCookies, toSetCookie } from "../http/cookies.js"
import { takeTypedValues } from "../replies/typed-values.js"

/**
 * What a strategy or its verify function said when it refused the last sign-in of this browser, for a sign-in page of the
 * app's own (`pages.signIn`). Reading it uses it up, and it is gone after a minute. Escape it, as every text.
 *
 * @returns `undefined` where nothing was said
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
  const context = createAuthContext(req, res, config, mountOf(source).known(config))
  const { typed, cookies } = takeTypedValues(context)
  appendSetCookies(res, cookies.map(toSetCookie))
  return typed?.message
}
