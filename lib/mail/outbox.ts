import type { VerificationToken } from "@auth/core/adapters"
import { EmailSignInError } from "@auth/core/errors"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import { traceStep } from "../diagnostics/trace-step.js"
import { refundMail, takeMail } from "./mail-limit.js"
import { mailTiming } from "./mail-timing.js"

type Row = Pick<VerificationToken, "identifier" | "token">

/** A mail that has not been sent yet. */
export interface HeldMail {
  /** The address of the recipient. */
  readonly identifier: string
  /** The link's token. */
  readonly token: string
  /** When the link and the code expire. */
  readonly expires: Date
  /** The code of six digits. */
  readonly code: string
  /**
   * Sends the mail.
   *
   * @returns whether it contains the code
   * @throws whatever the provider throws
   */
  send(): Promise<boolean>
}

/** The result of a mail, as far as the browser that requested it may know. */
export interface SentMail extends Omit<HeldMail, "send"> {
  /** Whether the mail contains the code. */
  readonly hasCode: boolean
  /** Whether the address has had too many mails, so that none was sent. Must not be observable. */
  readonly limited: boolean
}

/**
 * Holds a sign-in mail until core has stored its token. Core sends and stores concurrently, so either could succeed
 * while the other fails.
 */
export class Outbox {
  #mail: HeldMail | undefined
  #row: Row | undefined

  /** Keeps the mail. */
  hold(mail: HeldMail): void {
    this.#mail = mail
  }

  /** Records the token's row, which is removed if sending fails. */
  stored(row: Row): void {
    this.#row = row
  }

  /**
   * Sends the held mail. If that fails, removes its token: a link that was never delivered must not work.
   *
   * An address that has had too many mails gets none. The response is the same and takes as long as if one had been
   * sent.
   *
   * @returns `undefined` if no mail was held
   * @throws {EmailSignInError} with the reason as its cause
   * @throws {RateLimitError} if the limiter does not respond in time
   */
  async deliver(config: ResolvedConfig, provider: ResolvedProvider): Promise<SentMail | undefined> {
    if (!this.#mail) return
    const mail = this.#mail
    const known = () => ({ provider: provider.id, type: provider.type })
    const describe = ({ limited }: SentMail) => ({ outcome: limited ? "limited" : "sent" }) as const
    return traceStep("mail", known, { run: () => this.#deliver(mail, config, provider), describe })
  }

  async #deliver(
    { send, ...mail }: HeldMail,
    config: ResolvedConfig,
    provider: ResolvedProvider,
  ): Promise<SentMail> {
    const timing = mailTiming(config, provider.id)
    const start = performance.now()
    if (!(await this.#isAllowed(mail.identifier, config))) {
      await timing.waitAsIfSent(start)
      await this.#removeToken(config)
      return { ...mail, hasCode: timing.hadCode, limited: true }
    }
    const hasCode = await this.#send(send, mail.identifier, config)
    timing.note(start, hasCode)
    return { ...mail, hasCode, limited: false }
  }

  async #isAllowed(address: string, config: ResolvedConfig): Promise<boolean> {
    try {
      return await takeMail(address, config)
    } catch (error) {
      await this.#removeToken(config)
      throw error
    }
  }

  async #send(send: HeldMail["send"], address: string, config: ResolvedConfig): Promise<boolean> {
    try {
      return await send()
    } catch (error) {
      await refundMail(address, config)
      await this.#removeToken(config)
      throw new EmailSignInError("Could not send the sign-in mail.", { cause: { err: error } })
    }
  }

  /** If this fails too, the row stays until it expires; the caller reports why the mail was not sent. */
  async #removeToken({ adapter }: ResolvedConfig): Promise<void> {
    try {
      if (this.#row) await adapter?.useVerificationToken?.(this.#row)
    } catch {}
  }
}
