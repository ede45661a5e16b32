import { summarizeForm } from "./form-summary.js"
import type { PageContext } from "./page-context.js"
import { renderPage } from "./render-page.js"

/** What the page asks about. */
export interface ConfirmFormPage {
  /** The path and query of this app that the form was posted to, already checked. */
  target: string
  /** In the order in which they are posted; names may repeat. */
  fields: readonly (readonly [name: string, value: string])[]
  /** Where to post that the form is not to be sent. */
  discard: string
  /** Who has signed in. */
  user?: string
}

/**
 * Renders the page that asks, after a fresh sign-in, whether to send the form that was posted before it. The form is sent
 * by its button alone, straight to where it was going, with its own fields and no others.
 *
 * @returns An HTML document, to be sent with `pageHeaders`.
 */
export function renderConfirmFormPage(context: PageContext, page: ConfirmFormPage): string {
  return renderPage(context, "confirm-form", {
    title: "Send it now?",
    place: context.host + page.target.replace(/\?.*/s, ""),
    user: page.user,
    action: page.target,
    fields: page.fields,
    summary: summarizeForm(page.fields),
    discard: page.discard,
    csrfToken: context.csrfToken,
  })
}
