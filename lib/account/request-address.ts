import type { AdapterUser } from "@auth/core/adapters"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { toActionUrl } from "../http/auth-context.js"
import { requestTexts } from "../http/request-texts.js"
import { type Bucket, giveBackAll, takeAll } from "../limits/bucket.js"
import { refundMail, takeMail } from "../mail/mail-limit.js"
import { mailTiming } from "../mail/mail-timing.js"
import { normalizeEmail, wrapNormalizer } from "../mail/normalize-email.js"
import { renderAddressMail } from "../pages/address-mail.js"
import { toPageLook } from "../pages/page-look.js"
import { type AccountCall, requireMethods } from "./account-call.js"
import { type AccountResult, refused } from "./account-result.js"
import { type AddressLink, confirmRow, newLink, sealLink } from "./address-link.js"
import { emailProviderOf, requireMailSender } from "./send-account-mail.js"

/** Seconds in which a new address has to be confirmed. */
export const confirmMaxAge = 60 * 60

/** What mails about addresses are timed as. */
const timed = "account address"

/**
 * Mails a link to a new address. The address counts once the link is followed in a browser that is signed in as the
 * same user. The result and its time do not tell whether another user has the address; the mail does.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` if nothing can send the mail, `ERR_AUTH_MISSING_ADAPTER`,
 * `ERR_AUTH_ADAPTER_METHOD`
 */
export async function requestAddress(call: AccountCall, typed: unknown): Promise<AccountResult> {
  const { context, userId } = call
  const { config } = context
  const adapter = requireAddressMethods(config)
  const send = await requireMailSender(context)
  const to = normalizeTyped(typed, config)
  if (to === undefined) return refused("InvalidEmail")
  const user = await adapter.getUser(userId)
  if (!user) return refused("SessionRequired")
  if (user.email === to) return refused("SameEmail")
  if (await takeAll(bucketsOf(userId), config)) return refused("RateLimited")
  const link = newLink({ userId, to, from: user.email || null })
  const owner = await adapter.getUserByEmail(to)
  const expires = new Date(Date.now() + confirmMaxAge * 1000)
  await adapter.createVerificationToken({ ...confirmRow(link), expires })
  const mail = writeMail(link, isOther(owner, userId), call)
  const isSent = await sendAlike(() => send({ to, ...mail.message }, mail.url), to, config)
  if (isSent) return { ok: true }
  await adapter.useVerificationToken(confirmRow(link))
  await giveBackAll(bucketsOf(userId), config)
  return refused("MailNotSent")
}

/** Returns the adapter if it can store addresses and mailed tokens. */
export function requireAddressMethods(config: ResolvedConfig) {
  return requireMethods(config, "Changing an e-mail address", [
    "getUser",
    "getUserByEmail",
    "updateUser",
    "createVerificationToken",
    "useVerificationToken",
  ])
}

/** Whether a user who was found by address is another one. */
export function isOther(found: AdapterUser | null, userId: string): boolean {
  return found !== null && found.id !== userId
}

/** An address that had too many mails gets none, which neither the result nor its time reveals. */
async function sendAlike(send: () => Promise<unknown>, to: string, config: ResolvedConfig): Promise<boolean> {
  const timing = mailTiming(config, timed)
  const start = performance.now()
  if (!(await takeMail(to, config))) {
    await timing.waitAsIfSent(start)
    return true
  }
  try {
    await send()
    timing.note(start, false)
    return true
  } catch (error) {
    config.logger.error(error)
    await refundMail(to, config)
    return false
  }
}

function writeMail(link: AddressLink, isTaken: boolean, { context }: AccountCall) {
  const { config } = context
  const token = sealLink(link, "confirm", config, confirmMaxAge)
  const url = isTaken
    ? toActionUrl(context, "signin")
    : toActionUrl(context, "account/confirm-email", { token })
  const kind = isTaken ? "taken" : "confirm"
  return {
    url,
    message: renderAddressMail(toPageLook(config), requestTexts(context.req, config), {
      kind,
      url,
      address: link.to,
    }),
  }
}

/** Users are limited too, so that none can bother many addresses. */
function bucketsOf(userId: string): readonly Bucket[] {
  return [
    { name: "mail", of: ["account", userId] },
    { name: "mailPerDay", of: ["account", userId] },
  ]
}

/** Normalises an address as the sign-in form does. */
function normalizeTyped(typed: unknown, config: ResolvedConfig): string | undefined {
  const normalize = wrapNormalizer(emailProviderOf(config)?.normalizeIdentifier ?? normalizeEmail)
  try {
    return normalize(typed as string)
  } catch {
    return undefined
  }
}
