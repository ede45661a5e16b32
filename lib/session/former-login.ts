import type { Request, Response } from "express"
import type { SessionContext } from "./session-reading.js"

/** Forgets the sign-in of an earlier session library that a request still carries; clears its cookie synchronously. */
export type ForgetFormerLogin = (req: Request, res: Response) => Promise<void> | undefined

const registered = new Set<ForgetFormerLogin>()

/**
 * Registers a function that runs whenever a user signs in or out in this process, on our routes and in the app's own
 * handlers alike. A function must recognise what is its own: it is called for the requests of all apps.
 */
export function onSignInOrOut(forget: ForgetFormerLogin): void {
  registered.add(forget)
}

/**
 * Forgets earlier sign-ins at sign-in and sign-out: a session that is still to be migrated must not replace the new one,
 * or sign the user in again. Does not wait for the earlier session's store; its errors are logged.
 */
export function forgetFormerLogin({ req, config }: Pick<SessionContext, "req" | "config">): void {
  const { res } = req
  if (!res || res.headersSent) return
  for (const forget of registered) forget(req, res)?.catch((error) => config.logger.error(error))
}
