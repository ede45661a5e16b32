import type { AuditEventName } from "../../../audit/record-event.js"
import type { ActivityView } from "../../../pages/account.js"
import type { AuditEvent } from "../../../stores/audit-store.js"
import type { TextKey } from "../../../texts/en.js"
import type { Texts } from "../../../texts/texts.js"
import { listOwnActivity } from "../account-operations.js"
import type { AccountSection } from "../section.js"

/** Events that are listed. */
const limit = 10

/** What happened lately, if there is an audit trail. */
export const activitySection: AccountSection = {
  id: "activity",
  actions: {},
  async view(call) {
    if (!call.context.config.audit) return
    const events = await listOwnActivity(call, { limit })
    if (events.length === 0) return
    const shown = events.map((event) => toView(event, call.texts))
    return { id: "activity", heading: call.texts.t("account.activity.heading"), events: shown }
  },
}

const names: Readonly<Record<AuditEventName, TextKey>> = {
  "signed-in": "account.activity.signedIn",
  "sign-in-refused": "account.activity.signInRefused",
  "rate-limited": "account.activity.rateLimited",
  "signed-out": "account.activity.signedOut",
  "session-revoked": "account.activity.sessionRevoked",
  "revoked-session-used": "account.activity.revokedSessionUsed",
  "account-linked": "account.activity.accountLinked",
  "account-unlinked": "account.activity.accountUnlinked",
  "link-refused": "account.activity.linkRefused",
  "passkey-added": "account.activity.passkeyAdded",
  "passkey-removed": "account.activity.passkeyRemoved",
  "email-changed": "account.activity.emailChanged",
}

/** Events of the app itself are shown by their name. */
function toView(
  { event, createdAt: time, device }: AuditEvent,
  { t }: Texts,
): ActivityView["events"][number] {
  const name = Object.hasOwn(names, event) ? t(names[event as AuditEventName]) : event.replaceAll("-", " ")
  const about = device
    ? t("account.activity.timeAndDevice", { time, device })
    : t("account.activity.time", { time })
  return { name, about }
}
