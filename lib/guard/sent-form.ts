import type { Response as ExpressResponse, Request } from "express"
import { type AuthContext, createAuthContext } from "../http/auth-context.js"
import { appendSetCookies, toSetCookie } from "../http/cookies.js"
import { renderContinuePage } from "../pages/continue.js"
import { pageHeadersOf, toPageContext } from "../replies/responses.js"
import { dropSentForm } from "./held-form.js"
import type { Refusal } from "./refuse.js"

/**
 * Recognises a held form that the confirmation page now posts. Removes it, so that it is not offered again, and lets
 * the response's redirect pass that page's Content Security Policy.
 *
 * @param req a request whose `Referer` is such a page
 */
export function noteSentForm(req: Request, res: ExpressResponse, { config, mount }: Refusal): void {
  const context = createAuthContext(req, res, config, mount.paths(config))
  const cookies = dropSentForm(context)
  if (cookies.length === 0) return
  appendSetCookies(res, cookies.map(toSetCookie))
  leaveByPage(context)
}

/**
 * Chrome checks a redirect after a form post against `form-action` of the page with the form. Our policy allows no
 * other site, so the browser would silently stay on the page. Replaces a redirect to another site by a page that
 * refreshes to it.
 */
function leaveByPage(context: AuthContext): void {
  const { res, origin } = context
  const { redirect } = res
  res.redirect = (...args: (string | number)[]) => {
    const text = String(args.find((arg) => typeof arg === "string"))
    const url = URL.canParse(text, origin) ? new URL(text, origin) : undefined
    const leaves = url && url.origin !== origin && /^https?:$/.test(url.protocol)
    if (leaves) sendOnward(context, url.href)
    else Reflect.apply(redirect, res, args)
  }
}

function sendOnward(context: AuthContext, url: string): void {
  const { res } = context
  const html = renderContinuePage(toPageContext(context), { url })
  res.status(200).set(pageHeadersOf(context)).set("refresh", `0;url=${url}`).end(html)
}
