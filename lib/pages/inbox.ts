import type { InboxMail } from "../development/inbox.js"
import { textsOf } from "../texts/texts.js"
import type { PageContext } from "./page-context.js"
import { toSignInLink } from "./page-link.js"
import { renderPage } from "./render-page.js"

/**
 * Renders the mails that were not sent, for the developer. Their HTML parts are not shown: nothing in a mail runs or
 * loads, and text and HTML say the same.
 *
 * @param mails newest first
 * @returns an HTML document; send it with `pageHeaders`
 */
export function renderInboxPage(context: PageContext, mails: readonly InboxMail[]): string {
  return renderPage({ ...context, ...textsOf("en") }, "inbox", {
    title: mails.length === 0 ? "Inbox" : `Inbox (${mails.length})`,
    host: context.host,
    mails: mails.map(({ time, ...mail }) => ({ ...mail, time: time.toISOString(), clock: toClock(time) })),
    signIn: toSignInLink(context.basePath),
  })
}

/** Formats the time of day of this computer, which is the visitor's too. */
function toClock(time: Date): string {
  return time.toTimeString().slice(0, 8)
}
