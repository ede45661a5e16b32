import { timingSafeEqual } from "node:crypto"
import { urlencoded } from "express"
import { HttpError } from "./errors.js"

/** Reads a posted form, and refuses one that does not carry the token of the browser's own pages. */
export const form = [urlencoded({ extended: false, limit: "64kb" }), requireToken]

function requireToken(req, res, next) {
  if (isSame(req.body?.csrfToken, res.locals.csrfToken)) return next()
  throw new HttpError(403, "This form has expired. Go back, reload the page and send it again.")
}

function isSame(sent, own) {
  const [a, b] = [Buffer.from(String(sent)), Buffer.from(own)]
  return a.length === b.length && timingSafeEqual(a, b)
}
