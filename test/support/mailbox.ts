import type { EmailConfig } from "@auth/core/providers/email"

type Message = Parameters<EmailConfig["sendVerificationRequest"]>[0]

/** An e-mail provider whose mails can be read here. */
export interface Mailbox {
  mails: Message[]
  provider: EmailConfig
  /** The link of the newest mail. */
  link(): string
}

export function createMailbox(options: Partial<EmailConfig> = {}): Mailbox {
  const mails: Message[] = []
  const sendVerificationRequest: EmailConfig["sendVerificationRequest"] = (message) =>
    void mails.push(message)
  return {
    mails,
    provider: { id: "email", name: "Email", type: "email", sendVerificationRequest, ...options },
    link() {
      const newest = mails.at(-1)
      if (!newest) throw new Error("No mail has come")
      return newest.url
    },
  }
}
