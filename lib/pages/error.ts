import { getErrorMessage } from "./error-message.js"
import type { PageContext } from "./page-context.js"
import { toSignInLink } from "./page-link.js"
import { renderPage } from "./render-page.js"

/** What the error page explains. */
export interface ErrorPage {
  /** The `error` parameter of the page's URL; only known codes are explained, none is ever shown. */
  error?: string
  /** Said below the text, for the people who run the app. */
  detail?: string
  /** The id that is in the log too; shown where it is 6 to 16 lower-case letters and digits. */
  errorId?: string
  /** Where to go from here, already checked. @default the sign-in page */
  link?: string
}

/**
 * Renders the error page.
 *
 * @returns An HTML document, to be sent with `pageHeaders`, and its HTTP status.
 */
export function renderErrorPage(context: PageContext, page: ErrorPage): { html: string; status: number } {
  const { status, heading, text, retry } = getErrorMessage(page.error)
  const html = renderPage(context, "error", {
    title: heading,
    text,
    retry,
    detail: page.detail,
    link: page.link ?? toSignInLink(context.basePath),
    errorId: page.errorId && /^[0-9a-z]{6,16}$/.test(page.errorId) ? page.errorId : undefined,
  })
  return { html, status }
}
