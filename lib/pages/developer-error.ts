import { causeOf } from "../config/cause-of.js"
import { type AppFrame, appFrameOf } from "../development/app-frame.js"
import { redactMessage } from "../development/redact-message.js"
import { AuthError, ExpressAuthError } from "../errors.js"
import { textsOf } from "../texts/texts.js"
import { readView } from "../views/read-view.js"
import { pageHeaders } from "./page-headers.js"
import { renderPage } from "./render-page.js"

/** The content of the page that shows an error to the developer. */
export interface DeveloperErrorPage {
  readonly error: Error
  /** The HTTP status. */
  readonly status: number
  /** The request, e.g. `GET /dashboard`. */
  readonly request: string
  /** The host shown in the title. */
  readonly host: string
  /** Values that must not appear in messages. */
  readonly secrets: readonly string[]
  /** The URL of the page that visitors see instead; absent if the error goes to `next`. */
  readonly visitorPage?: string | undefined
}

const reference = "https://github.com/express-authjs/express-authjs/blob/main/docs/reference/errors.md"

/**
 * Renders the page that shows the developer an error with its causes, its fix and the app's own line. It needs no other
 * request, because the mount may be what fails.
 *
 * @returns an HTML document, to send with {@link developerErrorHeaders}
 */
export function renderDeveloperErrorPage(page: DeveloperErrorPage): string {
  const { error, status, request, host, secrets, visitorPage } = page
  const context = { basePath: "", host, csrfToken: "", theme: {}, isSelfContained: true, ...textsOf("en") }
  return renderPage(context, "developer-error", {
    ...{ title: nameOf(error), status, request, visitorPage, isWide: true },
    message: splitCode(messageOf(error, secrets)),
    causes: causesOf(error).map((cause) => describeCause(cause, secrets)),
    fix: splitCode(fixOf(error) ?? ""),
    frame: redactFrame(appFrameOf(error), secrets),
    reference: referenceOf(error),
  })
}

/** Returns our code, core's error type, or the name of the class. */
function nameOf(error: Error): string {
  if (error instanceof ExpressAuthError) return error.code
  return error instanceof AuthError ? error.type : error.name
}

/** Core appends a link, which the page has already. */
function messageOf({ message }: Error, secrets: readonly string[]): string {
  return redactMessage(message.replace(/\.?\s*Read more at https:\/\/errors\.authjs\.dev#\w+$/, ""), secrets)
}

function referenceOf(error: Error): string | undefined {
  if (error instanceof ExpressAuthError) return `${reference}#${error.code.toLowerCase()}`
  return error instanceof AuthError ? `https://errors.authjs.dev#${error.type.toLowerCase()}` : undefined
}

/** Returns the response headers: like those of every page, except that style sheets are part of it. */
export function developerErrorHeaders(): Record<string, string> {
  const policy =
    "default-src 'none'; style-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  return { ...pageHeaders({}), "content-security-policy": policy }
}

function causesOf(error: Error, depth = 0): Error[] {
  const cause = depth < 5 ? causeOf(error) : undefined
  return cause ? [cause, ...causesOf(cause, depth + 1)] : []
}

function describeCause(cause: Error, secrets: readonly string[]) {
  return { name: nameOf(cause), message: messageOf(cause, secrets) }
}

let fixes: Readonly<Record<string, string>> | undefined

/** Core wraps our errors, so the fix may be that of a cause. */
function fixOf(error: Error): string | undefined {
  const own = [error, ...causesOf(error)].find((one) => one instanceof ExpressAuthError)
  fixes ??= JSON.parse(readView("fixes.json")) as Record<string, string>
  return own && fixes[own.code]
}

/** Splits text with code in backticks; code has odd indexes. */
function splitCode(text: string): string[] {
  return text.split("`")
}

function redactFrame(frame: AppFrame | undefined, secrets: readonly string[]): AppFrame | undefined {
  if (!frame) return
  return {
    ...frame,
    lines: frame.lines.map((line) => ({ ...line, text: redactMessage(line.text, secrets) })),
  }
}
