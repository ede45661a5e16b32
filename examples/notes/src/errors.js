import { STATUS_CODES } from "node:http"

/** An error whose message is written for users. */
export class HttpError extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

const messages = {
  400: "The request could not be read.",
  403: "You may not do this.",
  404: "There is no such page, or it is not yours.",
  413: "This is too long.",
  415: "Send JSON, with Content-Type: application/json.",
  503: "A part of this site does not respond. Please try again in a moment.",
}

export function notFound() {
  throw new HttpError(404, messages[404])
}

/** Shows an error as a page. Other errors' messages are for the log: they may tell what users should not know. */
export function showError(error, _req, res, next) {
  if (res.headersSent) return next(error)
  const { status, message } = explain(error)
  res.status(status).render("error", { title: STATUS_CODES[status], message })
}

/** Sends an error to clients of the API, as problem details (RFC 9457). */
export function sendProblem(error, _req, res, next) {
  if (res.headersSent) return next(error)
  const { status, message, errors } = explain(error)
  const problem = { type: "about:blank", title: STATUS_CODES[status], status, detail: message, errors }
  res.status(status).type("application/problem+json").send(JSON.stringify(problem))
}

function explain(error) {
  const status = error.status in STATUS_CODES && error.status >= 400 ? error.status : 500
  if (status >= 500) console.error(error)
  if (error instanceof HttpError) return { status, message: error.message, errors: error.errors }
  return { status, message: messages[status] ?? "Something went wrong on our side. It has been logged." }
}
