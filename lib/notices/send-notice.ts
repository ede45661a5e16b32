import { setTimeout as wait } from "node:timers/promises"
import { mailSenderOf } from "../account/send-account-mail.js"
import { perSource, warnOnce } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { traceStep } from "../diagnostics/trace-step.js"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import { clientAddress } from "../http/client-address.js"
import { describeKnownDevice } from "../http/describe-device.js"
import { getOrigin } from "../http/origin.js"
import { appTexts, requestTexts } from "../http/request-texts.js"
import { type Bucket, giveBackAll, takeAll } from "../limits/bucket.js"
import { foldIdentifier } from "../limits/fold-identifier.js"
import { renderNoticeMail } from "../pages/notice-mail.js"
import { toPageLook } from "../pages/page-look.js"
import type { Notice, NoticePlace } from "./notice.js"

/** Milliseconds after which a mail counts as not sent. */
const timeout = 30_000
/** Notices that are on their way at the same time. */
const maxPending = 100
const pending = perSource(() => ({ count: 0 }))

/** Sends a notice, or logs why it could not be sent. Never rejects. */
export async function sendNotice(place: NoticePlace, notice: Notice): Promise<void> {
  const { config } = place
  const state = pending(config)
  if (state.count >= maxPending) return warnOfBacklog(config)
  state.count++
  try {
    await withinTime(send(place, notice))
  } catch (cause) {
    config.logger.error(new Error(`The notice "${notice.kind}" could not be sent to its user.`, { cause }))
  } finally {
    state.count--
  }
}

function warnOfBacklog(config: ResolvedConfig): void {
  const message =
    "100 notices are waiting for the mail server, so further ones are not sent. Is it slow or down?"
  warnOnce(config, { code: "notices-backlog", message })
}

/** A mail that is late may still arrive. */
async function withinTime(work: Promise<void>): Promise<void> {
  const cancel = new AbortController()
  const late = wait(timeout, undefined, { ref: false, signal: cancel.signal }).then(() => {
    throw new Error(`The mail server did not respond within ${timeout / 1000} seconds.`)
  })
  await Promise.race([work, late]).finally(() => cancel.abort())
}

type Outcome = "sent" | "limited"

async function send(place: NoticePlace, notice: Notice): Promise<void> {
  const { adapter } = place.config
  const to = (await adapter?.getUser?.(notice.userId))?.email ?? notice.email
  if (!to) return
  const known = () => ({ provider: "notices", type: "email" })
  const describe = (outcome: Outcome) => ({ outcome })
  await traceStep("mail", known, { run: () => deliver(to, place, notice), describe })
}

/**
 * Notices have counts of their own: otherwise sign-in mails, which anyone can request, could use up the limit before an
 * intruder signs in, and notices could keep users from signing in.
 */
async function deliver(to: string, place: NoticePlace, notice: Notice): Promise<Outcome> {
  const { config } = place
  const of = ["notice", foldIdentifier(to)]
  const buckets: readonly Bucket[] = [
    { name: "mail", of },
    { name: "mailPerDay", of },
  ]
  const time = new Date()
  const at = locate(place)
  const sender = await mailSenderOf(at)
  if (!sender) throw new Error("The e-mail provider does not send messages of ours. Set `sendMail`.")
  if (await takeAll(buckets, config)) return "limited"
  try {
    const url = accountUrlOf(at)
    await sender({ to, ...(await write(place, { ...notice, url, time })) }, url)
    return "sent"
  } catch (error) {
    await giveBackAll(buckets, config)
    throw error
  }
}

type Located = Pick<AuthContext, "config" | "origin" | "basePath">

/** Functions of the app do not know where we are mounted: `/auth` is the usual place. */
function locate({ config, req, origin, basePath }: NoticePlace): Located {
  const own = origin ?? (req ? getOrigin(req, config) : config.origin)
  if (own !== undefined) return { config, origin: own, basePath: basePath ?? config.basePath ?? "/auth" }
  throw new Error("Without a request, a notice cannot link to this app. Set AUTH_URL.")
}

/** Links to the account page: the app's or the built-in one. An app without either gets a link to its root. */
function accountUrlOf(at: Located): string {
  const { account } = at.config.pages
  const ownPath = account === false || (account === undefined && !at.config.adapter) ? "/" : account
  return ownPath === undefined ? toActionUrl(at, "account") : new URL(ownPath, at.origin).href
}

async function write({ config, req }: NoticePlace, notice: Notice & { url: string; time: Date }) {
  const texts = req ? requestTexts(req, config) : appTexts(config)
  const { kind, url, time } = notice
  const provider = config.providers.find(({ id }) => id === notice.provider)?.name ?? notice.provider
  const device = await describeKnownDevice(req?.get("user-agent") ?? "")
  const place = req && (await config.callbacks.place?.({ address: clientAddress(req) }))
  return renderNoticeMail(toPageLook(config), texts, { kind, url, time, provider, device, place })
}
