import type { SessionView } from "../../../pages/account.js"
import type { Texts } from "../../../texts/texts.js"
import type { SessionSummary } from "../../user-sessions.js"
import { endOtherSessions, endOwnSession, listOwnSessions } from "../account-operations.js"
import { type AccountSection, textIn } from "../section.js"

/** Sessions that are listed; more are ended together. */
const maxListed = 50

/** Where the user is signed in. */
export const sessionsSection: AccountSection = {
  id: "sessions",
  actions: {
    "end-session": { done: "sessionEnded", run: (call, body) => endOwnSession(call, textIn(body, "id")) },
    "end-other-sessions": { done: "sessionsEnded", run: (call) => endOtherSessions(call) },
  },
  async view(call) {
    const sessions = await listOwnSessions(call)
    const ordered = sessions.toSorted((a, b) => Number(b.current ?? false) - Number(a.current ?? false))
    return {
      id: "sessions",
      heading: call.texts.t("account.sessions.heading"),
      sessions: ordered.slice(0, maxListed).map((session) => toSessionView(session, call.texts)),
      canEndOthers: sessions.some(({ current }) => !current),
    }
  },
}

function toSessionView(session: SessionSummary, { t }: Texts): SessionView {
  const { id, device, current = false } = session
  return {
    id,
    device: device ?? t("account.sessions.unknown"),
    about: describeUse(session, t),
    isCurrent: current,
  }
}

function describeUse({ lastUsedAt, createdAt, place }: SessionSummary, t: Texts["t"]): string {
  if (lastUsedAt && place) return t("account.sessions.lastUsedAt", { time: lastUsedAt, place })
  if (lastUsedAt) return t("account.sessions.lastUsed", { time: lastUsedAt })
  return createdAt ? t("account.sessions.started", { time: createdAt }) : ""
}
