import type { Adapter, VerificationToken } from "@auth/core/adapters"
import { EmailSignInError } from "@auth/core/errors"
import { mailLimitOf } from "./mail-limit.js"

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
   * @throws {EmailSignInError} with the reason as its cause
   */
  async deliver(adapter: Adapter | undefined): Promise<SentMail | undefined> {
    if (!this.#mail) return
    const { send, ...mail } = this.#mail
    const limit = mailLimitOf(adapter)
    if (!limit.take(mail.identifier)) {
      await this.#takeBack(adapter)
      return { ...mail, hasCode: limit.hadCode(mail.identifier), limited: true }
    }
    try {
      const hasCode = await send()
      limit.sent(mail.identifier, hasCode)
      return { ...mail, hasCode, limited: false }
    } catch (error) {
      limit.giveBack(mail.identifier)
      await this.#takeBack(adapter)
      throw new EmailSignInError("The mail could not be sent", { cause: { err: error } })
    }
  }

  /** Where that fails too, the row stays until it expires: it is the reason for the unsent mail that has to be told. */
  async #takeBack(adapter: Adapter | undefined): Promise<void> {
    try {
      if (this.#row) await adapter?.useVerificationToken?.(this.#row)
    } catch {}
  }
}
