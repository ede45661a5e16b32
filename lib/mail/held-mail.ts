import { randomInt } from "node:crypto"
import type { EmailConfig } from "@auth/core/providers/email"
import type { HeldMail } from "./outbox.js"

type CoreRequest = Parameters<EmailConfig["sendVerificationRequest"]>[0]

/**
 * The argument of an e-mail provider's `sendVerificationRequest`.
 *
 * @example
 * async function sendVerificationRequest({ identifier, url, code }: VerificationRequest) {
 *   await mailer.send({ to: identifier, text: `Sign in: ${url}\nOr type this code: ${code}` })
 * }
 */
export interface VerificationRequest extends CoreRequest {
  /**
   * Six digits that sign in as the link does, in the browser that requested the mail. That browser's page asks for the
   * code only if this property was read.
   */
  readonly code?: string
}

/** The content of a mail. */
export interface MailMessage {
  /** The subject line. */
  readonly subject: string
  /** The plain-text body. */
  readonly text: string
  /** The HTML body. */
  readonly html: string
}

/** Writes a sign-in mail. The built-in text is in `lib/pages/mail.ts` and `views/mail.ejs`. */
export type MailWriter = (request: VerificationRequest) => MailMessage

/**
 * Turns the request that core would send at once into a held mail with a code.
 *
 * @param send receives the request; the mail counts as having a code only if `send` reads `code`
 */
export function toHeldMail(request: CoreRequest, send: (request: VerificationRequest) => unknown): HeldMail {
  const code = randomInt(1_000_000).toString().padStart(6, "0")
  const { identifier, token, expires } = request
  return {
    ...{ identifier, token, expires, code },
    send: async () => {
      let hasCode = false
      const readCode = () => {
        hasCode = true
        return code
      }
      await send(Object.defineProperty({ ...request }, "code", { enumerable: true, get: readCode }))
      return hasCode
    },
  }
}
