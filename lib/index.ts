export { AuthError, CredentialsSignin } from "@auth/core/errors"
export type { JWT } from "@auth/core/jwt"
export type * from "@auth/core/types"
export type { AccountError, AccountFailure, AccountResult, AccountSuccess } from "./account/account-result.js"
export type { ShownUser } from "./account/shown-user.js"
export type { ProfileChanges } from "./account/update-profile.js"
export type { AccountData, LinkedAccount } from "./actions/account/account-data.js"
export type { UserAccount } from "./actions/account/user-account.js"
export type { AccessTokenOptions } from "./actions/accounts/access-token.js"
export { accessToken, linkAccount, unlinkAccount } from "./actions/accounts/accounts-from-app.js"
export type { LinkAccountOptions } from "./actions/accounts/link-account.js"
export type { Recency } from "./actions/accounts/require-recent-session.js"
export type { UnlinkAccountOptions } from "./actions/accounts/unlink-account.js"
export {
  type AuditListOptions,
  type AuditLog,
  auditOf,
  type RecordedEvent,
} from "./actions/audit-log.js"
export {
  type GetSessionResult,
  getCsrfToken,
  getSession,
  signIn,
  signOut,
  updateSession,
} from "./actions/from-app.js"
export {
  type PasskeySummary,
  type Passkeys,
  passkeysOf,
  type RemovePasskeyOptions,
} from "./actions/passkeys/user-passkeys.js"
export type { SignInOptions } from "./actions/sign-in.js"
export type { SignOutOptions } from "./actions/sign-out.js"
export { type SessionSummary, type Sessions, sessionsOf } from "./actions/user-sessions.js"
export type { ViewHelpers } from "./actions/view-helpers.js"
export type { ViewsHandler } from "./actions/views.js"
export type { AuditEventName } from "./audit/record-event.js"
export { customFetch } from "./config/custom-fetch.js"
export type { AuditOptions, ExpressAuthConfig, OutgoingMail } from "./config/options.js"
export { ConfigError, type ErrorCode, ExpressAuthError } from "./errors.js"
export { ExpressAuth, type ExpressAuthHandler } from "./express-auth.js"
export { type GuardOptions, requireAuth, session } from "./guard/require-auth.js"
export type { VerificationRequest } from "./mail/held-mail.js"
export type { AuthResult } from "./replies/responses.js"
export { type SignedOptions, signed } from "./session/codec/signed.js"
export type { KeyMaterial, SigningAlgorithm } from "./session/codec/signing-key.js"
export type { AuthenticatedHandler, SessionHandler } from "./session/express-types.js"
export type { SignInProof } from "./session/sign-in-proof.js"
export type { ActiveSession } from "./session/to-session.js"
export type { AdapterExtras } from "./stores/adapter-extras.js"
export type { AuditEvent, AuditFilter, AuditStore } from "./stores/audit-store.js"
export type { Limit, LimitAnswer, LimiterStore } from "./stores/limiter-store.js"
export type { LockStore, Release } from "./stores/lock-store.js"
export { memoryLimiter } from "./stores/memory-limiter.js"
export { memoryLocks } from "./stores/memory-locks.js"
export { memoryRevocation } from "./stores/memory-revocation.js"
export type { RevocationStore, SessionRecord } from "./stores/revocation-store.js"
export type { TextKey } from "./texts/en.js"
export type { TextOverrides } from "./texts/texts.js"
