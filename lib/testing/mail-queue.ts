import type { ReceivedMail } from "./read-mail.js"
import { testingError } from "./testing-error.js"

interface Waiting {
  readonly to: string | undefined
  readonly receive: (mail: ReceivedMail) => void
  readonly fail: (error: Error) => void
}

/** The mails of a mailbox, and the calls that wait for one. */
export class MailQueue {
  /** Every mail so far, oldest first. */
  readonly mails: ReceivedMail[] = []
  readonly #unread: ReceivedMail[] = []
  readonly #waiting = new Set<Waiting>()

  /** Gives a mail to the call that has waited for it longest, or keeps it for the next. */
  add(mail: ReceivedMail): void {
    this.mails.push(mail)
    const waiting = [...this.#waiting].find(({ to }) => isTo(mail, to))
    if (!waiting) return void this.#unread.push(mail)
    this.#waiting.delete(waiting)
    waiting.receive(mail)
  }

  /**
   * Returns the oldest unread mail to an address, or waits for it.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_TESTING` if none comes within `timeout` milliseconds
   */
  async next({ to, timeout = 5000 }: { to?: string; timeout?: number }): Promise<ReceivedMail> {
    const index = this.#unread.findIndex((mail) => isTo(mail, to))
    const [mail] = index < 0 ? [] : this.#unread.splice(index, 1)
    return mail ?? this.#wait(to, timeout)
  }

  /** Fails the calls that wait. */
  close(): void {
    for (const { fail } of this.#waiting)
      fail(testingError("The mailbox was closed while a test waited for mail."))
  }

  #wait(to: string | undefined, timeout: number): Promise<ReceivedMail> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        clearTimeout(timer)
        this.#waiting.delete(waiting)
        reject(error)
      }
      const receive = (mail: ReceivedMail) => {
        clearTimeout(timer)
        resolve(mail)
      }
      const waiting = { to, receive, fail }
      const timer = setTimeout(() => fail(testingError(this.#describeSilence(to, timeout))), timeout)
      this.#waiting.add(waiting)
    })
  }

  #describeSilence(to: string | undefined, timeout: number): string {
    const unread = this.#unread.map((mail) => `"${mail.subject}" to ${mail.to.join(", ")}`)
    const others = unread.length > 0 ? `Unread: ${unread.join("; ")}.` : "There is no unread mail."
    return `mailbox() received no mail${to === undefined ? "" : ` to ${to}`} within ${timeout} ms. ${others}`
  }
}

function isTo(mail: ReceivedMail, to: string | undefined): boolean {
  return to === undefined || mail.to.some((address) => address.toLowerCase() === to.toLowerCase())
}
