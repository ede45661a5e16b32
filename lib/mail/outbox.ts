import type { VerificationToken } from "@auth/core/adapters"
import { EmailSignInError } from "@auth/core/errors"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import { mailHabits } from "./mail-habits.js"
import { giveMailBack, takeMail } from "./mail-limit.js"

type Row = Pick<VerificationToken, "identifier" | "token">

/** A mail that waits to be sent. */
export interface HeldMail {
  /** The address. */
  readonly identifier: string
  /** Of the link. */
  readonly token: string
  readonly expires: Date
  /** Six digits. */
  readonly code: string
  /** Sends it. @returns whether the code is in it */
  send(): Promise<boolean>
}

/** What became of a mail, as far as the browser that asked is concerned. */
export interface SentMail extends Omit<HeldMail, "send"> {
  readonly hasCode: boolean
  /** Too many went to that address: none was sent, and nobody is told. */
  readonly limited: boolean
}

/**
 * Holds the mail of a sign-in back until core has stored its token: core sends and stores at once, and when one of the
 * two fails the other has happened.
 */
export class Outbox {
  #mail: HeldMail | undefined
  #row: Row | undefined

  hold(mail: HeldMail): void {
    this.#mail = mail
  }

  stored(row: Row): void {
    this.#row = row
  }

  /**
   * Sends what was held. When that fails its token is taken back: a link nobody got must not work.
   *
   * An address that has had too many mails gets none. The answer is the same, and takes as long as if one had been sent.
   *
   * @throws {EmailSignInError} with the reason as its cause
   * @throws {RateLimitError} where the limiter is too slow to tell
   */
  async deliver(
    config: ResolvedConfig,
    provider: ResolvedProvider | undefined,
  ): Promise<SentMail | undefined> {
    if (!this.#mail || !provider) return
    const { send, ...mail } = this.#mail
    const habits = mailHabits(config, provider.id)
    const start = performance.now()
    if (!(await this.#mayGo(mail.identifier, config))) {
      await habits.waitAsIfSent(start)
      await this.#takeBack(config)
      return { ...mail, hasCode: habits.hadCode, limited: true }
    }
    const hasCode = await this.#send(send, mail.identifier, config)
    habits.note(start, hasCode)
    return { ...mail, hasCode, limited: false }
  }

  async #mayGo(address: string, config: ResolvedConfig): Promise<boolean> {
    try {
      return await takeMail(address, config)
    } catch (error) {
      await this.#takeBack(config)
      throw error
    }
  }

  async #send(send: HeldMail["send"], address: string, config: ResolvedConfig): Promise<boolean> {
    try {
      return await send()
    } catch (error) {
      await giveMailBack(address, config)
      await this.#takeBack(config)
      throw new EmailSignInError("The mail could not be sent", { cause: { err: error } })
    }
  }

  /** Where that fails too, the row stays until it expires: it is the reason for the unsent mail that has to be told. */
  async #takeBack({ adapter }: ResolvedConfig): Promise<void> {
    try {
      if (this.#row) await adapter?.useVerificationToken?.(this.#row)
    } catch {}
  }
}
