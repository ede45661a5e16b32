import type { Adapter, VerificationToken } from "@auth/core/adapters"
import { EmailSignInError } from "@auth/core/errors"

type Row = Pick<VerificationToken, "identifier" | "token">

/**
 * Holds the mail of a sign-in back until core has stored its token: core sends and stores at once, and when one of the
 * two fails the other has happened.
 */
export class Outbox {
  #send: (() => unknown) | undefined
  #row: Row | undefined

  hold(send: () => unknown): void {
    this.#send = send
  }

  stored(row: Row): void {
    this.#row = row
  }

  /**
   * Sends what was held. When that fails its token is taken back: a link nobody got must not work.
   *
   * @throws {EmailSignInError} with the reason as its cause
   */
  async deliver(adapter: Adapter | undefined): Promise<void> {
    try {
      await this.#send?.()
    } catch (error) {
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
