import type { Email } from "postal-mime"

/** A mail that a test's mailbox received. */
export interface ReceivedMail {
  /** The address of the sender, from the mail's header. */
  readonly from: string
  /** The addresses that the mail was delivered to. */
  readonly to: readonly string[]
  /** The subject. */
  readonly subject: string
  /** The content as plain text; empty if the mail has only HTML. */
  readonly text: string
  /** The content as HTML; empty if the mail has only text. */
  readonly html: string
  /** The first link, which in our mails signs the user in; empty if there is none. */
  readonly link: string
  /** The first number of six digits outside of links, which in our mails signs the user in; empty if there is none. */
  readonly code: string
}

/** Finds in a parsed mail what tests look for. */
export function readMail(email: Email, to: readonly string[]): ReceivedMail {
  const { text = "", html = "", subject = "", from } = email
  const content = text || toText(html)
  const [link = ""] = content.match(/https?:\/\/[^\s<>"]+/) ?? []
  const [code = ""] = content.replace(/https?:\/\/\S+/g, " ").match(/\b\d{6}\b/) ?? []
  return { from: from?.address ?? "", to, subject, text, html, link, code }
}

/** Keeps the targets of links, which a reader of the HTML does not see. */
function toText(html: string): string {
  return html
    .replace(/<(style|head)\b.*?<\/\1>/gis, " ")
    .replace(/<a\b[^>]*\bhref="([^"]*)"[^>]*>/gi, " $1 ")
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&amp;", "&")
}
