import { openLink } from "../../account/address-link.js"
import { confirmAddress } from "../../account/confirm-address.js"
import { undoAddress } from "../../account/undo-address.js"
import type { AuthContext } from "../../http/auth-context.js"
import { withQuery } from "../../http/auth-context.js"
import { getCsrfToken } from "../../http/csrf.js"
import { negotiate } from "../../http/negotiate.js"
import { toProblemResponse } from "../../http/problem.js"
import { type AccountNotePage, renderAccountNote } from "../../pages/account.js"
import { toPage, toPageContext } from "../../replies/responses.js"
import { readSession } from "../../session/get-session.js"
import { identifySession } from "../../session/identify-session.js"
import { queryOf } from "../destination.js"
import { asUser } from "./account-from-app.js"
import { pageUrlOf, seeOther, toSignIn } from "./page-url.js"

type LinkName = "confirm-email" | "undo-email"

/** Whether a path below the account page is the target of a mailed link. */
export function isAddressLink(name: string): name is LinkName {
  return name === "confirm-email" || name === "undo-email"
}

/**
 * `GET /auth/account/confirm-email` and `/undo-email`: shows a button only, because mail scanners open links too. A new
 * address is confirmed by the user who asked for it, so that user has to be signed in.
 */
export async function getAddressLink(context: AuthContext, name: LinkName): Promise<Response> {
  const token = queryOf(context).get("token") ?? ""
  const page = name === "undo-email" ? undoPage(context, token) : await confirmPage(context, token)
  if (page instanceof Response) return page
  const { token: csrfToken, cookie } = getCsrfToken(context)
  const html = renderAccountNote(toPageContext(context, csrfToken), { ...page, action: name, token })
  return toPage(context, html, cookie ? [cookie] : [])
}

/** `POST /auth/account/confirm-email` and `/undo-email`: changes the address. */
export async function postAddressLink(
  context: AuthContext,
  name: LinkName,
  token: unknown,
): Promise<Response> {
  if (name === "undo-email") return undo(context, token)
  const result = await asUser(context, (call) => confirmAddress(call, token))
  if (result.ok) return seeOther(withQuery(pageUrlOf(context), { done: "emailChanged" }))
  if (result.error === "SessionRequired") return toSignIn(context, "SessionRequired")
  if (result.error === "EmailTaken") return seeOther(withQuery(pageUrlOf(context), { error: "emailTaken" }))
  return linkGone(context)
}

async function undo(context: AuthContext, token: unknown): Promise<Response> {
  const result = await undoAddress(context, token)
  if (!result.ok) return linkGone(context)
  const page = toPageContext(context)
  const html = renderAccountNote(page, {
    heading: page.t("account.undone.heading"),
    text: page.t("account.undone.text", { email: result.email }),
    button: page.t("account.undone.button"),
    link: `${context.basePath}/signin`,
  })
  return toPage(context, html)
}

function undoPage(context: AuthContext, token: string): AccountNotePage | Response {
  const { t } = toPageContext(context)
  if (!openLink(token, "undo", context.config)) return linkGone(context)
  return {
    heading: t("account.undo.heading"),
    text: t("account.undo.text"),
    button: t("account.undo.button"),
  }
}

async function confirmPage(context: AuthContext, token: string): Promise<AccountNotePage | Response> {
  const { req, config, origin, basePath } = context
  const { t } = toPageContext(context)
  const identity = identifySession(await readSession(req, config))
  const here = withQuery(`${origin}${basePath}/account/confirm-email`, { token })
  if (!identity) return toSignIn(context, "SessionRequired", here)
  const link = openLink(token, "confirm", config)
  if (!link || link.userId !== identity.userId) return linkGone(context)
  return {
    heading: t("account.confirm.heading"),
    text: t("account.confirm.text", { email: link.to }),
    button: t("account.confirm.button"),
  }
}

/** The same for a link of another user, a used one and one that never was. */
function linkGone(context: AuthContext): Response {
  const page = toPageContext(context)
  const heading = page.t("account.linkGone.heading")
  if (negotiate(context.req) !== "html")
    return toProblemResponse({ status: 404, title: "NotFound", code: "ERR_AUTH_ACCOUNT", detail: heading })
  const text = page.t("account.linkGone.text")
  const button = page.t("account.linkGone.button")
  return toPage(context, renderAccountNote(page, { heading, text, button }), [], 404)
}

/** `GET /auth/account/deleted`: says that the account is gone. */
export function showDeleted(context: AuthContext): Response {
  const page = toPageContext(context)
  const html = renderAccountNote(page, {
    heading: page.t("account.deleted.heading"),
    text: page.t("account.deleted.text"),
    button: page.t("account.deleted.button"),
    link: "/",
  })
  return toPage(context, html)
}
