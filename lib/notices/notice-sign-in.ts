import type { ResolvedProvider } from "../config/resolve-providers.js"
import type { Cookie } from "../http/cookies.js"
import type { SessionContext } from "../session/session-reading.js"
import { rememberBrowser } from "./known-browser.js"
import type { NoticePlace } from "./notice.js"
import { notify } from "./notify.js"

/** A user who has signed in. */
export interface SignedInUser {
  /** The user's id. */
  readonly userId?: string | undefined
  /** The user's address. */
  readonly email?: string | null | undefined
  /** Whether the user was created. */
  readonly isNew?: boolean | undefined
}

/**
 * Tells a user who has signed in with a browser for the first time, unless it is the user's first sign-in at all. Call it
 * only if `config.notices` is set.
 *
 * @returns the cookies that remember the browser
 */
export function noticeSignIn(
  context: NoticePlace & SessionContext,
  { userId, email, isNew }: SignedInUser,
): readonly Cookie[] {
  if (!userId || !context.config.notices?.newDevice) return []
  const { cookie, isKnown } = rememberBrowser(context, userId)
  if (!isKnown && !isNew) notify(context, { kind: "newDevice", userId, email })
  return [cookie]
}

/** Tells a user who got a further account or passkey. Call it only if `config.notices` is set. */
export function noticeLink(
  context: NoticePlace,
  { id, type }: Pick<ResolvedProvider, "id" | "type">,
  { linkedTo: userId }: { readonly linkedTo?: string | undefined },
): void {
  if (!userId) return
  notify(context, { kind: type === "webauthn" ? "passkeyAdded" : "accountLinked", userId, provider: id })
}
