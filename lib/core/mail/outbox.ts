import type { VerificationToken } from "@auth/core/adapters"
import { EmailSignInError } from "@auth/core/errors"
import { remembered } from "../../config/process-memory.js"
import type { ResolvedConfig } from "../../config/resolve-config.js"
import { providerId, type ResolvedProvider } from "../../config/resolve-providers.js"
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

/** Whether the last mail of a provider had a code in it: a page that asks for one must not tell which mails were sent. */
const hadCode = remembered(() => new Map<string, boolean>())

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
  async deliver(
    config: ResolvedConfig,
    provider: ResolvedProvider | undefined,
  ): Promise<SentMail | undefined> {
    if (!this.#mail || !provider) return
    const { send, ...mail } = this.#mail
    if (!(await takeMail(mail.identifier, config))) {
      await this.#takeBack(config)
      return { ...mail, hasCode: hadCode(config).get(providerId(provider)) ?? true, limited: true }
    }
    try {
      const hasCode = await send()
      hadCode(config).set(providerId(provider), hasCode)
      return { ...mail, hasCode, limited: false }
    } catch (error) {
      await giveMailBack(mail.identifier, config)
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
