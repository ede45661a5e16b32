import type { AccountCall } from "../../account/account-call.js"
import type { AccountError, AccountFailure, AccountResult } from "../../account/account-result.js"
import type { ShownUser } from "../../account/shown-user.js"
import { ConfigError } from "../../errors.js"
import type { Body } from "../../http/read-body.js"
import type { AccountSectionView } from "../../pages/account.js"
import type { Texts } from "../../texts/texts.js"

/** What a section of the account page gets to show. */
export interface SectionCall extends AccountCall {
  /** The user as stored, or as the session describes them. */
  readonly user: ShownUser
  /** The texts in the visitor's language. */
  readonly texts: Texts
  /** The URL of the account page, ours or the app's own. */
  readonly pageUrl: string
  /** Notes that a part of the page is left out, with the reason. */
  leaveOut(reason: Error): void
}

/** A form of the account page that was refused. */
export type SectionError = AccountError | "NotConfirmed"

/** What a form of the account page results in. */
export type SectionResult = AccountResult | (Omit<AccountFailure, "error"> & { readonly error: SectionError })

/** A form of the account page. */
export interface SectionAction {
  /** The end of the key of the message that says that it is done: `account.done.<done>`. */
  readonly done: string
  /** The page below the account page to show instead of it. */
  readonly endsAt?: string
  /** Does what the form says. */
  run(call: AccountCall & Pick<SectionCall, "texts">, body: Body): Promise<SectionResult>
}

/** A section of the account page. To add one, add it to the list in `sections.ts`, and a template. */
export interface AccountSection {
  /** The section's id in the page, and the name of its template. */
  readonly id: AccountSectionView["id"]
  /** Its forms, by the end of their paths: `POST /auth/account/<name>`. */
  readonly actions: Readonly<Record<string, SectionAction>>
  /**
   * Returns what the section shows, or `undefined` for nothing.
   *
   * @throws {ConfigError} if the configuration cannot do what the section is about; it is left out
   */
  view(call: SectionCall): Promise<AccountSectionView | undefined>
}

/** Returns a field of a form as text; repeated fields and files are none. */
export function textIn(body: Body, name: string): string {
  const value = Object.hasOwn(body, name) ? body[name] : undefined
  return typeof value === "string" ? value : ""
}

/** Returns the result of a function, or `otherwise` if the configuration cannot do it. */
export async function unlessLacking<Value>(
  { leaveOut }: Pick<SectionCall, "leaveOut">,
  otherwise: Value,
  ask: () => Promise<Value>,
): Promise<Value> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    leaveOut(error)
    return otherwise
  }
}
