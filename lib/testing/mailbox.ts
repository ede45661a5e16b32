import type { AddressInfo } from "node:net"
import type { SMTPServer } from "smtp-server"
import { loadTestPackage } from "./load-test-package.js"
import { MailQueue } from "./mail-queue.js"
import { type ReceivedMail, readMail } from "./read-mail.js"
import { refuseProduction } from "./testing-error.js"

/** A mail server of a test. */
export interface Mailbox {
  /** The server's address, for the option `server` of `Nodemailer()`. */
  readonly server: string
  /** Every mail so far, oldest first. */
  readonly mails: readonly ReceivedMail[]
  /**
   * Returns the oldest mail that it has not returned yet, or waits for one.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_TESTING` if none comes in time, or the mailbox is closed
   */
  next(expected?: ExpectedMail): Promise<ReceivedMail>
  /** Stops the server. A mailbox that is left open does not keep the process running. */
  close(): Promise<void>
}

/** Which mail a test waits for, and for how long. */
export interface ExpectedMail {
  /** The address that it is delivered to. @default any */
  readonly to?: string
  /** Milliseconds to wait. @default 5000 */
  readonly timeout?: number
}

const needs = ["smtp-server", "postal-mime"]
const user = "mailbox()"

/**
 * Starts a mail server on a free port of this machine. It accepts mail for every address and sends none on.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_TESTING` in production, and if `smtp-server` or `postal-mime` is not installed
 * @example
 * const mail = await mailbox()
 * const provider = Nodemailer({ server: mail.server, from: "app@example.com" })
 * const { link, code } = await mail.next({ to: "ada@example.com" })
 */
export async function mailbox(): Promise<Mailbox> {
  refuseProduction(user)
  const { SMTPServer } = await loadTestPackage(() => import("smtp-server"), {
    user,
    name: "smtp-server",
    needs,
  })
  const { default: PostalMime } = await loadTestPackage(() => import("postal-mime"), {
    ...{ user, name: "postal-mime", needs },
  })
  const queue = new MailQueue()
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    authOptional: true,
    closeTimeout: 10,
    onData: (stream, { envelope }, done) => {
      const to = envelope.rcptTo.map(({ address }) => address)
      read(stream)
        .then((raw) => PostalMime.parse(raw))
        .then((email) => queue.add(readMail(email, to)))
        .then(() => done(), done)
    },
  })
  const port = await listen(server)
  return {
    server: `smtp://127.0.0.1:${port}`,
    mails: queue.mails,
    next: (expected = {}) => queue.next(expected),
    close: () => {
      queue.close()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

async function read(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function listen(server: SMTPServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  server.server.unref()
  return (server.server.address() as AddressInfo).port
}
