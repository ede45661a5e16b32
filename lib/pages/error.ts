import { getErrorMessage } from "./error-message.js"
import type { PageContext } from "./page-context.js"
import { toSignInLink } from "./page-link.js"
import { renderPage } from "./render-page.js"

/** The content of the error page. */
export interface ErrorPage {
  /** The `error` parameter of the page's URL. Only known codes are explained, and none is ever shown. */
  error?: string | undefined
  /** A note below the text for the developers of the app. */
  detail?: string
  /** The id of the log entry; shown if it consists of 6 to 16 lower-case letters and digits. */
  errorId?: string | undefined
  /** The link's target; already validated. @default the sign-in page */
  link?: string
  /** The sign-out page, for a visitor who is signed in. @default no link */
  signOut?: string
}

/**
 * Renders the error page.
 *
 * @returns an HTML document, to send with `pageHeaders`, and its HTTP status
 */
export function renderErrorPage(context: PageContext, page: ErrorPage): { html: string; status: number } {
  const { status, heading, text, retry } = getErrorMessage(page.error, context)
  const html = renderPage(context, "error", {
    title: heading,
    text,
    retry,
    detail: page.detail,
    link: page.link ?? toSignInLink(context.basePath),
    home: page.link === "/" ? undefined : "/",
    signOut: page.signOut,
    errorId: page.errorId && /^[0-9a-z]{6,16}$/.test(page.errorId) ? page.errorId : undefined,
  })
  return { html, status }
}
