import { randomInt } from "node:crypto"
import type { EmailConfig } from "@auth/core/providers/email"
import type { HeldMail } from "./outbox.js"

type CoreRequest = Parameters<EmailConfig["sendVerificationRequest"]>[0]

/**
 * What `sendVerificationRequest` of an e-mail provider is called with.
 *
 * @example
 * async function sendVerificationRequest({ identifier, url, code }: VerificationRequest) {
 *   await mailer.send({ to: identifier, text: `Sign in: ${url}\nOr type this code: ${code}` })
 * }
 */
export interface VerificationRequest extends CoreRequest {
  /**
   * Six digits that sign in, too, in the browser that asked. Its page asks for them only where they were read from here.
   */
  readonly code?: string
}

/** A mail as people read it. */
export interface MailMessage {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Writes the mail of a sign-in. */
export type MailWriter = (request: VerificationRequest) => MailMessage

/**
 * Makes of what core would send at once a mail that waits, with a code.
 *
 * @param send is given the request; where it reads no code, the mail has none
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
