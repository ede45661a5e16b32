import { summarizeForm } from "./form-summary.js"
import type { PageContext } from "./page-context.js"
import { renderPage } from "./render-page.js"

/** The content of the page. */
export interface ConfirmFormPage {
  /** The path and query to which the form was posted; already validated. */
  target: string
  /** The form's fields in the order posted; names may repeat. */
  fields: readonly (readonly [name: string, value: string])[]
  /** The path that discards the form by POST. */
  discard: string
  /** The user's name or e-mail address. */
  user?: string | undefined
}

/**
 * Renders the page that asks, after a fresh sign-in, whether to send the form that was posted before it. Only its
 * button sends the form, directly to its target and with exactly its own fields.
 *
 * @returns an HTML document; send it with `pageHeaders`
 */
export function renderConfirmFormPage(context: PageContext, page: ConfirmFormPage): string {
  return renderPage(context, "confirm-form", {
    title: context.t("confirmForm.heading"),
    place: context.host + page.target.replace(/\?.*/s, ""),
    user: page.user,
    action: page.target,
    fields: page.fields,
    summary: summarizeForm(page.fields),
    discard: page.discard,
    csrfToken: context.csrfToken,
  })
}
