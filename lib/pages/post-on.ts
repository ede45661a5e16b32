import type { PageContext } from "./page-context.js"
import { renderPage } from "./render-page.js"

/** The content of the page. */
export interface PostOnPage {
  /** The path on our site to post to. */
  readonly action: string
  /** The fields that the provider posted, by name. */
  readonly fields: Readonly<Record<string, string>>
  /** The provider's name, e.g. "Okta". */
  readonly name: string
}

/**
 * Renders the page that repeats a provider's form post from our own site, so that the browser sends our cookies. A
 * script submits it; without scripts there is a button.
 *
 * @returns an HTML document; send it with `pageHeaders`
 */
export function renderPostOnPage(context: PageContext, { action, fields, name }: PostOnPage): string {
  return renderPage(context, "post-on", {
    title: context.t("postOn.heading", { provider: name }),
    scripts: ["onward.js"],
    action,
    fields: Object.entries(fields),
  })
}
