import { lacksMailService } from "../config/credential-faults.js"
import { perSource } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { ResolvedProvider } from "../config/resolve-providers.js"

/** A mail that was kept instead of being sent. */
export interface InboxMail {
  /** The address of the recipient. */
  readonly to: string
  readonly subject: string
  /** The plain-text body. */
  readonly text: string
  /** The link that the mail is about. */
  readonly link: string
  /** The six digits that do the same; `undefined` for a mail without them. */
  readonly code: string | undefined
  /** When the app wanted to send it. */
  readonly time: Date
}

const maxMails = 50
/** Bytes. */
const maxMailSize = 1024 * 1024

/** The last 50 mails, of at most 1 MB each, in the memory of this process. */
class Inbox {
  readonly #mails: InboxMail[] = []

  /** The mails, newest first. */
  get mails(): readonly InboxMail[] {
    return this.#mails
  }

  /** Keeps a mail, without its text if it is larger than 1 MB. */
  add(mail: InboxMail): void {
    const isLarge = Buffer.byteLength(JSON.stringify(mail)) > maxMailSize
    this.#mails.unshift(isLarge ? { ...mail, text: "(The text is larger than 1 MB.)" } : mail)
    this.#mails.length = Math.min(this.#mails.length, maxMails)
  }
}

/** Returns the inbox of a configuration. */
export const inboxOf = perSource(() => new Inbox())

/**
 * Whether the mails of a provider are kept in the inbox: in development, where it has neither a mail server nor an API
 * key. Anywhere else such a provider stops the start.
 */
export function keepsMail(
  provider: ResolvedProvider,
  { development }: Pick<ResolvedConfig, "development">,
): boolean {
  return development && lacksMailService(provider)
}

/**
 * Keeps a mail, and logs its address, link and code in a line.
 *
 * Logs contain no secrets otherwise. These sign in only at an app in development, and without a mail server there is no
 * other way to get them.
 *
 * @param inboxUrl the address of the page that shows the mails
 */
export function keepMail(mail: InboxMail, config: ResolvedConfig, inboxUrl: string): void {
  inboxOf(config).add(mail)
  const code = mail.code === undefined ? "" : `, code ${mail.code}`
  config.logger.warn("inbox", `Mail to ${mail.to}: ${mail.link}${code}. All mails: ${inboxUrl}`)
}
