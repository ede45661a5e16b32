import type { VerificationToken } from "@auth/core/adapters"
import { recordEvent } from "../audit/record-event.js"
import { toActionUrl } from "../http/auth-context.js"
import { requestTexts } from "../http/request-texts.js"
import { renderAddressMail } from "../pages/address-mail.js"
import { toPageLook } from "../pages/page-look.js"
import { findToken } from "../stores/find-token.js"
import { type AccountCall, emit } from "./account-call.js"
import { type AccountResult, refused } from "./account-result.js"
import { type AddressLink, confirmRow, newLink, openLink, sealLink, undoRow } from "./address-link.js"
import { holdAddressLocks } from "./hold-address-locks.js"
import { isOther, requireAddressMethods } from "./request-address.js"
import { mailSenderOf } from "./send-account-mail.js"
import { showInSession } from "./update-profile.js"

/** Seconds in which the owner of the former address can go back to it. */
export const undoMaxAge = 7 * 24 * 60 * 60

type Adapter = ReturnType<typeof requireAddressMethods>

/**
 * Makes a proven address the user's. Only the user who asked for it can do so, and only while the address that they
 * had then is still theirs, so that of several links one works.
 *
 * The former address is told first: if the process ends before the change, a mail too many has been sent. The token is
 * removed last: if the process ends before, the link has nothing left to do.
 */
export async function confirmAddress(
  call: AccountCall,
  token: unknown,
): Promise<AccountResult<{ email: string }>> {
  const { config } = call.context
  const adapter = requireAddressMethods(config)
  const link = openLink(token, "confirm", config)
  if (!link || link.userId !== call.userId) return refused("NotFound")
  return holdAddressLocks(config, link, () => confirm(call, link, adapter))
}

async function confirm(
  call: AccountCall,
  link: AddressLink,
  adapter: Adapter,
): Promise<AccountResult<{ email: string }>> {
  const { context, userId } = call
  const { to, from } = link
  const user = await adapter.getUser(userId)
  if (!user) return refused("SessionRequired")
  if (user.email === to) return { ok: true, email: to }
  if ((user.email || null) !== from) return refused("NotFound")
  if (isOther(await adapter.getUserByEmail(to), userId)) return refused("EmailTaken")
  if (!isLive(await findToken(adapter, confirmRow(link)))) return refused("NotFound")
  const isProven = user.emailVerified !== null
  if (from) await tellFormer(call, { from, to, canUndo: isProven && (await startUndo(link, adapter)) })
  const changed = await adapter.updateUser({ id: userId, email: to, emailVerified: new Date() })
  await adapter.useVerificationToken(confirmRow(link))
  if (from) await adapter.useVerificationToken(undoRow(userId, from))
  await showInSession(context, changed)
  await emit(context.config, "updateUser", changed)
  if (context.config.audit) await recordEvent(context, "email-changed", { userId })
  return { ok: true, email: to }
}

/**
 * Stores the right to undo the change. If the current address is itself such a change, the owner of the address before
 * keeps that right and the current one gets none: an intruder who changes the address twice must not lock the owner
 * out.
 *
 * @returns whether the current address gets the right
 */
async function startUndo({ userId, from, to }: AddressLink, adapter: Adapter): Promise<boolean> {
  const former = from === null ? null : await findToken(adapter, undoRow(userId, from))
  const isChained = isLive(former)
  const expires = isChained ? former.expires : new Date(Date.now() + undoMaxAge * 1000)
  await adapter.useVerificationToken(undoRow(userId, to))
  await adapter.createVerificationToken({ ...undoRow(userId, to), expires })
  return !isChained
}

/** Whether a mailed token can still be used. */
export function isLive(token: VerificationToken | null): token is VerificationToken {
  return token !== null && token.expires.getTime() > Date.now()
}

interface Change {
  readonly from: string
  readonly to: string
  readonly canUndo: boolean
}

/** A mail that cannot be sent is logged: users leave addresses that no longer work, too. */
async function tellFormer({ context, userId }: AccountCall, { from, to, canUndo }: Change): Promise<void> {
  const { config } = context
  const token = sealLink(newLink({ userId, to: from, from: to }), "undo", config, undoMaxAge)
  const url = canUndo ? toActionUrl(context, "account/undo-email", { token }) : undefined
  const message = renderAddressMail(toPageLook(config), requestTexts(context.req, config), {
    kind: "changed",
    url: url ?? toActionUrl(context, "signin"),
    address: from,
    canUndo,
  })
  try {
    const send = await mailSenderOf(context)
    await send?.({ to: from, ...message }, url)
  } catch (error) {
    config.logger.error(error)
  }
}
