import { Router } from "express"
import type { ExpressAuthHandler } from "express-authjs"

const ways: Readonly<Record<string, string>> = {
  oidc: "with Demo ID",
  email: "by mail",
  credentials: "with a password",
  webauthn: "with a passkey",
}

/** Who the user is and how they signed in. All the rest is on the account page of the library, /auth/account. */
export function accountPages(auth: ExpressAuthHandler): Router {
  const router = Router()
  router.get("/", auth.requireAuth(), async (req, res) => {
    const { time, methods = [] } = (await auth.getSignIn(req)) ?? {}
    res.render("account", { time, way: methods.map((method) => ways[method]).find(Boolean) })
  })
  return router
}
