import type { ErrorRequestHandler, RequestHandler } from "express"
import { ExpressAuthError } from "express-authjs"

export const notFound: RequestHandler = (_req, res) => {
  res.status(404).render("error", { message: "There is no such page." })
}

/** Explains an error in the app's own words, because its message is for the log. */
export const explainErrors: ErrorRequestHandler = (error, _req, res, _next) => {
  const { status = 500, code } = error instanceof ExpressAuthError ? error : { code: undefined }
  if (status >= 500) console.error(error)
  res.status(status).render("error", { message: toMessage(status, code) })
}

function toMessage(status: number, code: string | undefined): string {
  if (code === "ERR_AUTH_LAST_METHOD") return "This is your only way to sign in, so it stays."
  if (code === "ERR_AUTH_PASSKEY") return "The name of a passkey has 1 to 100 characters."
  if (status < 500) return "This did not work. Go back, check what you entered and try again."
  return "Something went wrong on our side. The terminal has the details."
}
