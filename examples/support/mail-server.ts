import type { AddressInfo } from "node:net"
import { SMTPServer } from "smtp-server"

/** A mail as received over SMTP. */
export interface ReceivedMail {
  recipients: string[]
  /** Headers and decoded parts. */
  raw: string
  headers: string
  text: string
  html: string
}

export interface MailServer {
  /** For Nodemailer's `server`. */
  url: string
  mails: ReceivedMail[]
  /** The link in the text of the newest mail. */
  link(): string
  /** The six digits in the text of the newest mail. */
  code(): string
  close(): Promise<void>
}

export interface MailServerOptions {
  /** The one address whose mail it refuses. */
  refused?: string
  /** Called with each mail. */
  onMail?(mail: ReceivedMail): void
}

/** Starts a real mail server on loopback. It accepts mail for every address except `refused`. */
export async function startMailServer({ refused = "", onMail }: MailServerOptions = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = []
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    authOptional: true,
    onRcptTo: ({ address }, _session, done) =>
      done(address === refused ? Object.assign(new Error("No such mailbox"), { responseCode: 550 }) : null),
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = []
      stream.on("data", (chunk: Buffer) => chunks.push(chunk))
      stream.on("end", () => {
        const mail = readMail(Buffer.concat(chunks).toString(), envelope.rcptTo)
        mails.push(mail)
        onMail?.(mail)
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  server.server.unref()
  const newest = (): ReceivedMail => {
    const mail = mails.at(-1)
    if (!mail) throw new Error("No mail was received")
    return mail
  }
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    link: () => /^https?:\S+$/m.exec(newest().text)?.[0] ?? "",
    code: () => /^\d{6}$/m.exec(newest().text)?.[0] ?? "",
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function readMail(raw: string, to: { address: string }[]): ReceivedMail {
  const headers = raw.slice(0, raw.indexOf("\r\n\r\n")).replace(/\r\n\s+/g, " ")
  const boundary = /boundary="([^"]+)"/.exec(headers)?.[1] ?? ""
  const parts = raw.split(`--${boundary}`).slice(1, -1).map(readPart)
  const partOf = (type: string) => parts.find((part) => part.type === type)?.content ?? ""
  return {
    ...{ recipients: to.map(({ address }) => address), raw, headers },
    ...{ text: partOf("text/plain"), html: partOf("text/html") },
  }
}

function readPart(part: string): { type: string; content: string } {
  const end = part.indexOf("\r\n\r\n")
  const headers = part.slice(0, end)
  const type = /content-type: ([^;\s]+)/i.exec(headers)?.[1] ?? ""
  const encoding = /content-transfer-encoding: (\S+)/i.exec(headers)?.[1]
  return { type, content: decode(part.slice(end + 4), encoding).replaceAll("\r\n", "\n") }
}

function decode(content: string, encoding: string | undefined): string {
  if (encoding === "base64") return Buffer.from(content, "base64").toString()
  if (encoding !== "quoted-printable") return content
  const bytes = content.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => `%${hex}`)
  return decodeURIComponent(bytes.replace(/%(?![0-9A-F]{2})/g, "%25"))
}
