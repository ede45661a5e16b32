import { EventEmitter } from "node:events"
import { type ReceivedMail, startMailServer } from "./mail-server.js"

/** A mail as the inbox shows it. */
export interface Letter {
  readonly to: string
  readonly subject: string
  readonly time: Date
  readonly link: string
  readonly code: string
  readonly html: string
}

/** Emits each received mail as `letter`. */
export class Inbox extends EventEmitter<{ letter: [Letter] }> {
  /** Oldest first. */
  readonly letters: Letter[] = []
  /** For Nodemailer's `server`. */
  server = ""
}

/** Starts a real mail server on loopback that accepts mail for every address. */
export async function startInbox(): Promise<Inbox> {
  const inbox = new Inbox()
  const { url } = await startMailServer({
    onMail: (mail) => {
      const letter = toLetter(mail)
      inbox.letters.push(letter)
      inbox.emit("letter", letter)
    },
  })
  return Object.assign(inbox, { server: url })
}

function toLetter({ recipients, headers, text, html }: ReceivedMail): Letter {
  return {
    to: recipients.join(", "),
    subject: /^subject: (.*)$/im.exec(headers)?.[1] ?? "No subject",
    time: new Date(),
    link: /^https?:\S+$/m.exec(text)?.[0] ?? "",
    code: /^\d{6}$/m.exec(text)?.[0] ?? "",
    html,
  }
}
