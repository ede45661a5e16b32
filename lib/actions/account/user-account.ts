import type { Request } from "express"
import type { AccountResult } from "../../account/account-result.js"
import type { ShownUser } from "../../account/shown-user.js"
import type { ProfileChanges } from "../../account/update-profile.js"
import type { AuditEvent } from "../../stores/audit-store.js"
import type { Recency } from "../accounts/require-recent-session.js"
import type { AuditListOptions } from "../audit-log.js"
import type { PasskeySummary } from "../passkeys/user-passkeys.js"
import type { SessionSummary } from "../user-sessions.js"
import type { AccountData, LinkedAccount } from "./account-data.js"

/** Which of the user's events `activity()` returns. */
export type ActivityOptions = Pick<AuditListOptions, "before" | "limit">

/**
 * What users can do with their own account, for pages of the app's own. Every function acts on the user who is signed in
 * in the request, and never on another: the id of another user's session, account or passkey is not found.
 *
 * Functions that change something belong into POST handlers. They refuse requests of other sites, as `signOut` does, and
 * send no response; cookies are set on the response of the request.
 *
 * Every function throws a {@link ConfigError} (`ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_MISSING_ADAPTER`,
 * `ERR_AUTH_ADAPTER_METHOD`) if the configuration cannot do it, and an {@link ExpressAuthError} `ERR_AUTH_SESSION` or
 * `ERR_AUTH_ACCOUNT` (503) if a store fails, `ERR_AUTH_METHOD` (405) for a change on GET.
 */
export interface UserAccount {
  /** Changes the name and the picture. Refuses with `InvalidName` or `InvalidImage`. */
  update(req: Request, changes: ProfileChanges): Promise<AccountResult<{ readonly user: ShownUser }>>
  /**
   * Mails a link to a new e-mail address, after a recent sign-in. The address becomes the user's when the link is
   * followed; the former address is told and can undo the change for a week. The result does not reveal whether another
   * user has the address. Refuses with `FreshSignInRequired`, `InvalidEmail`, `SameEmail`, `RateLimited` or
   * `MailNotSent`.
   */
  changeEmail(req: Request, address: string, recency?: Recency): Promise<AccountResult>
  /**
   * Makes the address of a mailed link the user's, for a page of the app's own. Refuses with `NotFound` for a link that
   * has been used, has expired or is another user's, and with `EmailTaken`.
   *
   * @param token the `token` parameter of the link
   */
  confirmEmail(req: Request, token: string): Promise<AccountResult<{ readonly email: string }>>
  /**
   * Undoes a change of the address, for a page of the app's own, and ends all sessions of the user. Needs no session.
   * Refuses with `NotFound` or `EmailTaken`.
   *
   * @param token the `token` parameter of the link in the mail to the former address
   */
  undoEmail(req: Request, token: string): Promise<AccountResult<{ readonly email: string }>>
  /** Returns the accounts at providers with which the user can sign in. */
  accounts(req: Request): Promise<AccountResult<{ readonly accounts: readonly LinkedAccount[] }>>
  /** Returns the user's sessions, with that of the request marked. */
  sessions(req: Request): Promise<AccountResult<{ readonly sessions: readonly SessionSummary[] }>>
  /** Ends one of the user's sessions. Refuses with `NotFound`. */
  endSession(req: Request, id: string): Promise<AccountResult>
  /** Ends all of the user's sessions but that of the request. */
  endOtherSessions(req: Request): Promise<AccountResult>
  /** Returns events of the user in the audit trail, latest first. Requires the option `audit`. */
  activity(
    req: Request,
    options?: ActivityOptions,
  ): Promise<AccountResult<{ readonly activity: readonly AuditEvent[] }>>
  /** Returns the user's passkeys. */
  passkeys(req: Request): Promise<AccountResult<{ readonly passkeys: readonly PasskeySummary[] }>>
  /** Renames one of the user's passkeys. Refuses with `NotFound` or `InvalidName`. */
  renamePasskey(req: Request, id: string, name: string): Promise<AccountResult>
  /** Removes one of the user's passkeys, after a recent sign-in. Refuses with `NotFound` or `LastSignInMethod`. */
  removePasskey(req: Request, id: string, recency?: Recency): Promise<AccountResult>
  /** Returns everything that is stored about the user, except tokens and other secrets. */
  export(req: Request): Promise<AccountResult<{ readonly data: AccountData }>>
  /**
   * Deletes the user, after a recent sign-in, with everything that belongs to them, and removes the session's cookie.
   * Refuses with `FreshSignInRequired`, or with `Refused` if `callbacks.deleteAccount` does.
   */
  delete(req: Request, recency?: Recency): Promise<AccountResult>
}
