import type { AccountCall } from "../../account/account-call.js"
import { hidingMark, type ShownUser } from "../../account/shown-user.js"
import { warnOnce } from "../../config/process-memory.js"
import { ConfigError } from "../../errors.js"
import { type AuthContext, withQuery } from "../../http/auth-context.js"
import { withCookies } from "../../http/cookies.js"
import { getCsrfToken, requireCsrfToken } from "../../http/csrf.js"
import { isAt } from "../../http/is-same-page.js"
import { negotiate } from "../../http/negotiate.js"
import { toProblemResponse } from "../../http/problem.js"
import { type Body, readBody } from "../../http/read-body.js"
import { requestTexts } from "../../http/request-texts.js"
import { type AccountSectionView, renderAccountPage } from "../../pages/account.js"
import { toPage, toPageContext, toRedirect } from "../../replies/responses.js"
import { readSession } from "../../session/get-session.js"
import { identifySession } from "../../session/identify-session.js"
import { en, type TextKey } from "../../texts/en.js"
import type { Texts } from "../../texts/texts.js"
import { queryOf } from "../destination.js"
import { asUser, toAccountError } from "./account-from-app.js"
import { getAddressLink, isAddressLink, postAddressLink, showDeleted } from "./address-pages.js"
import { downloadData } from "./download-data.js"
import { hasAccountPage, isSignInReason, pageUrlOf, seeOther, toSignIn } from "./page-url.js"
import type { SectionAction, SectionCall, SectionResult } from "./section.js"
import { sections } from "./sections.js"

/** `GET /auth/account`: the account page; below it, the pages that mailed links open. */
export async function getAccount(context: AuthContext, name?: string): Promise<Response | undefined> {
  if (name !== undefined && isAddressLink(name)) return getAddressLink(context, name)
  if (!hasAccountPage(context)) return
  if (name === "deleted") return showDeleted(context)
  if (name !== undefined) return
  const { account } = context.config.pages
  if (account && !isAt(context, account)) return toRedirect(context, account)
  return showPage(context, messageOf(context))
}

/** `POST /auth/account/:name`: a form of the account page, or of a page that a mailed link opened. */
export async function postAccount(context: AuthContext, name = ""): Promise<Response | undefined> {
  const isLink = isAddressLink(name)
  const action = hasAccountPage(context) ? findAction(name) : undefined
  if (!action && !isLink && name !== "data") return
  const body = await readBody(context.req, context.config.bodyLimit)
  requireCsrfToken(context, body.csrfToken)
  try {
    if (isLink) return await postAddressLink(context, name, body.token)
    return await (action ? runForm(context, action, body) : downloadData(context))
  } catch (error) {
    throw toAccountError(error)
  }
}

function findAction(name: string): SectionAction | undefined {
  return sections.find(({ actions }) => Object.hasOwn(actions, name))?.actions[name]
}

async function runForm(context: AuthContext, action: SectionAction, body: Body): Promise<Response> {
  const texts = requestTexts(context.req, context.config)
  const result: SectionResult = await asUser(context, (call) => action.run({ ...call, texts }, body) as never)
  if (!result.ok) return refuse(context, result)
  const { endsAt, done } = action
  return endsAt ? seeOther(`${context.basePath}/account/${endsAt}`) : toAccountPage(context, { done })
}

/** Redirects to the account page with the reason, or to sign in. What is not found, or has a reason of its own, is shown. */
async function refuse(context: AuthContext, result: Exclude<SectionResult, { ok: true }>): Promise<Response> {
  const { error, status, message } = result
  if (isSignInReason(error)) return toSignIn(context, error)
  if (negotiate(context.req) !== "html")
    return toProblemResponse({
      status,
      title: error,
      code: "ERR_AUTH_ACCOUNT",
      ...(message && { detail: message }),
    })
  const isOwnPage = typeof context.config.pages.account !== "string"
  const text = message ?? textOf("error", error, toPageContext(context)) ?? ""
  if (isOwnPage && (error === "NotFound" || message)) return showPage(context, { text, calm: false }, status)
  return toAccountPage(context, { error })
}

/** Redirects to the top of the account page: the message is there, and a fragment would scroll past it. */
function toAccountPage(context: AuthContext, query: Record<string, string>): Response {
  return seeOther(withQuery(pageUrlOf(context), query))
}

interface Message {
  readonly text: string
  readonly calm: boolean
}

async function showPage(context: AuthContext, message?: Message, status = 200): Promise<Response> {
  const { req, config } = context
  const reading = await readSession(req, config)
  const identity = identifySession(reading)
  if (!identity) return toSignIn(context, "SessionRequired")
  const call = { context, userId: identity.userId }
  try {
    const user = await findUser(call, reading.session?.user)
    if (!user) return toSignIn(context, "SessionRequired")
    const { token, cookie } = getCsrfToken(context)
    const page = toPageContext(context, token)
    const html = renderAccountPage(page, { message, sections: await viewSections(call, user, page) })
    return withCookies(toPage(context, html, [], status), cookie ? [cookie] : [])
  } catch (error) {
    throw toAccountError(error)
  }
}

/** Without a database, what the session says. */
async function findUser(
  { context, userId }: AccountCall,
  shown: Partial<Omit<ShownUser, "id">> = {},
): Promise<ShownUser | undefined> {
  const { adapter } = context.config
  if (adapter?.getUser) {
    const stored = await adapter.getUser(userId)
    return stored ? hidingMark(stored) : undefined
  }
  const { name = null, email = null, image = null } = shown
  return { id: userId, name, email, emailVerified: null, image }
}

/** Sections that the configuration cannot do are left out, with one warning for all of them. */
async function viewSections(call: AccountCall, user: ShownUser, texts: Texts): Promise<AccountSectionView[]> {
  const reasons = new Set<string>()
  const leaveOut = (reason: Error) => void reasons.add(reason.message)
  const section: SectionCall = { ...call, user, texts, leaveOut, pageUrl: pageUrlOf(call.context) }
  const views: AccountSectionView[] = []
  for (const { view } of sections) {
    const shown = await view(section).catch((error) => {
      if (!(error instanceof ConfigError)) throw error
      leaveOut(error)
    })
    if (shown) views.push(shown)
  }
  if (reasons.size > 0) {
    const message = `The account page leaves out what the configuration cannot do: ${[...reasons].join(" ")}`
    warnOnce(call.context.config, { code: "account-page", message })
  }
  return views
}

/** The message that a form's redirect names in the query. Unknown names show nothing. */
function messageOf(context: AuthContext): Message | undefined {
  const query = queryOf(context)
  const texts = toPageContext(context)
  const [done, error] = [query.get("done"), query.get("error")]
  const text = error ? textOf("error", error, texts) : done ? textOf("done", done, texts) : undefined
  return text === undefined ? undefined : { text, calm: !error }
}

function textOf(kind: "done" | "error", name: string, { t }: Pick<Texts, "t">): string | undefined {
  const key = `account.${kind}.${name.slice(0, 1).toLowerCase()}${name.slice(1)}`
  return Object.hasOwn(en, key) ? t(key as TextKey) : undefined
}
