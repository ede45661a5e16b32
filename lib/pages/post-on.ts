import type { PageContext } from "./page-context.js"
import { renderPage } from "./render-page.js"

/** What the page between a provider's form and us posts. */
export interface PostOnPage {
  /** Where to, at our own site. */
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  /** Who sent it, such as "Okta". */
  readonly name: string
}

/**
 * Renders the page that posts once more, from our own site, what a provider's form posted from theirs. It does so by
 * itself where scripts run, and has a button where they do not.
 *
 * @returns An HTML document, to be sent with `pageHeaders`.
 */
export function renderPostOnPage(context: PageContext, { action, fields, name }: PostOnPage): string {
  return renderPage(context, "post-on", {
    title: `Coming back from ${name}…`,
    scripts: ["onward.js"],
    action,
    fields: Object.entries(fields),
  })
}
