import { Router } from "express"
import type { Inbox } from "./inbox.js"

/** Nothing in a mail runs, loads or submits. Its links replace the whole page when clicked. */
const mailPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; " +
  "sandbox allow-top-navigation-by-user-activation"

/** `/` lists the mails, newest first; `/0` is the first one received, as a mail program would show it. */
export function inboxPages({ letters }: Pick<Inbox, "letters">): Router {
  const router = Router()
  router.use((_req, res, next) => {
    res.set("Cache-Control", "no-store")
    next()
  })

  router.get("/", (_req, res) => {
    const numbered = letters.map((letter, number) => ({ ...letter, number }))
    res.render("inbox", { letters: numbered.reverse().slice(0, 20) })
  })

  router.get("/:number", (req, res, next) => {
    const letter = letters[Number(req.params.number)]
    if (!letter) return next()
    const html = letter.html.replace("<head>", '<head><base target="_top">')
    res.set("Content-Security-Policy", mailPolicy).send(html)
  })
  return router
}
