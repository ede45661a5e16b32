import type { ShownUser } from "../../account/shown-user.js"
import type { AuditEvent } from "../../stores/audit-store.js"
import type { PasskeySummary } from "../passkeys/user-passkeys.js"
import type { SessionSummary } from "../user-sessions.js"

/** An account at a provider with which a user can sign in. */
export interface LinkedAccount {
  /** The provider's id. */
  readonly provider: string
  /** The account's id at the provider. */
  readonly providerAccountId: string
  /** The provider's type: `"oauth"`, `"oidc"`, … */
  readonly type: string
  /** What the account's access token is good for; in exported data only. */
  readonly scope?: string
}

/** Everything that is stored about a user, except tokens, keys and other secrets. */
export interface AccountData {
  /** When the data was read. */
  readonly exportedAt: Date
  /** The user's row, with the app's own columns except those whose names suggest secrets. */
  readonly user: ShownUser & Readonly<Record<string, unknown>>
  /** The accounts at providers; empty if the adapter cannot list them. */
  readonly accounts: readonly LinkedAccount[]
  /** The sessions; empty if they are not kept. */
  readonly sessions: readonly SessionSummary[]
  /** The public facts of the passkeys. */
  readonly passkeys: readonly PasskeySummary[]
  /** The user's events in the audit trail, latest first; empty without the option `audit`. */
  readonly activity: readonly AuditEvent[]
}
