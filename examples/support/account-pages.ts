import { Router, urlencoded } from "express"
import type { ExpressAuthHandler } from "express-authjs"

const ways: Readonly<Record<string, string>> = {
  oidc: "with Demo ID",
  email: "by mail",
  credentials: "with a password",
  webauthn: "with a passkey",
}

/** Who somebody is, how they signed in, and their passkeys. */
export function accountPages(auth: ExpressAuthHandler): Router {
  const router = Router()
  const signedIn = auth.requireAuth()
  router.use(urlencoded())

  router.get("/", signedIn, async (req, res) => {
    const { time, methods = [] } = (await auth.getSignIn(req)) ?? {}
    const way = methods.map((method) => ways[method]).find(Boolean)
    res.render("account", { time, way, passkeys: await auth.passkeys.list(req.auth.user.id ?? "") })
  })

  // The id comes from a form and may be anybody's: a passkey that is not this user's stays as it is.
  router.post("/passkeys/rename", signedIn, async (req, res) => {
    await auth.passkeys.rename(req.auth.user.id ?? "", req.body.id, req.body.name)
    res.redirect("/account")
  })

  router.post("/passkeys/remove", signedIn, async (req, res) => {
    await auth.passkeys.remove(req.auth.user.id ?? "", req.body.id)
    res.redirect("/account")
  })
  return router
}
