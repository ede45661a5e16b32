import { Router, urlencoded } from "express"
import type { AdapterExtras, ExpressAuthHandler } from "express-authjs"

const ways: Readonly<Record<string, string>> = {
  oidc: "with Demo ID",
  email: "by mail",
  credentials: "with a password",
  webauthn: "with a passkey",
}

/** The account page: who the user is, how they signed in, and their other ways to: Demo ID and passkeys. */
export function accountPages(auth: ExpressAuthHandler, db: Pick<AdapterExtras, "listAccounts">): Router {
  const router = Router()
  const signedIn = auth.requireAuth()
  router.use(urlencoded())

  router.get("/", signedIn, async (req, res) => {
    const id = req.auth.user.id
    const accounts = await db.listAccounts(id)
    const { time, methods = [] } = (await auth.getSignIn(req)) ?? {}
    const way = methods.map((method) => ways[method]).find(Boolean)
    const isLinked = accounts.some(({ provider }) => provider === "demo")
    res.render("account", { time, way, isLinked, passkeys: await auth.passkeys.list(id) })
  })

  const back = { redirectTo: "/account" }
  router.post("/link", (req, res) => auth.linkAccount(req, res, "demo", back))
  router.post("/unlink", (req, res) => auth.unlinkAccount(req, res, "demo", back))

  // The id comes from a form and may be another user's: such a passkey is not changed.
  router.post("/passkeys/rename", signedIn, async (req, res) => {
    await auth.passkeys.rename(req.auth.user.id, req.body.id, req.body.name)
    res.redirect("/account")
  })

  router.post("/passkeys/remove", signedIn, async (req, res) => {
    await auth.passkeys.remove(req.auth.user.id, req.body.id)
    res.redirect("/account")
  })
  return router
}
