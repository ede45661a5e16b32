// The return types of functions that respond, with and without `redirect: false`.
import type { Request, Response } from "express"
import { type AuthResult, ExpressAuth, signIn, signOut, unlinkAccount } from "express-authjs"

const config = { providers: [] }
const auth = ExpressAuth(config)

export async function results(req: Request, res: Response): Promise<void> {
  const redirect = false
  const bound: AuthResult = await auth.signIn(req, res, undefined, { redirect })
  const free: AuthResult = await signIn(req, res, config, "github", { redirect, redirectTo: "/" })
  const out: AuthResult = await auth.signOut(req, res, { redirect: false })
  const gone: AuthResult = await unlinkAccount(req, res, config, "github", { redirect: false })
  const linked: AuthResult = await auth.linkAccount(req, res, "github", { redirect: false })
  const page: string | null = bound.ok ? free.url : (out.url ?? gone.url ?? linked.url)
  res.send(page)
  await signOut(req, res, config, { redirectTo: "/" })
  // @ts-expect-error without the option it answers the request
  const none: AuthResult = await auth.signIn(req, res, "github")
  // @ts-expect-error an option that is spelt wrong
  await auth.signOut(req, res, { redirct: false })
  none.ok
}
