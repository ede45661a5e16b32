import type { Request } from "express"
import { type AuthContext, toSignInUrl } from "../http/auth-context.js"
import { toSetCookie } from "../http/cookies.js"
import { isFromOwnPage } from "../http/cross-site.js"
import { readFormFields } from "../http/read-form-fields.js"
import { toSafeUrl } from "../http/safe-redirect.js"
import { toTextResponse } from "../http/send-web-response.js"
import { renderErrorPage } from "../pages/error.js"
import { pageHeadersOf, toPageContext } from "../replies/responses.js"
import { dropSentForm, type HeldForm, holdForm } from "./held-form.js"

/** Bytes of a form; a longer one fits no cookie, however well it compresses. */
const maxLength = 32 * 1024

/** The user who posted the form, and the sign-in that it requires. */
export type FormOwner = Pick<HeldForm, "userId" | "rule">

interface FormRefusal {
  /** Query parameters of the sign-in page. */
  readonly query: Readonly<Record<string, string>>
  /** The value of `WWW-Authenticate`. */
  readonly challenge: string
  /** Absent for an anonymous request, whose form cannot be kept for a user. */
  readonly owner?: FormOwner | undefined
}

/**
 * Responds to a browser that posted a form and has to sign in first. Keeps the form if possible, to be sent after the
 * sign-in once the user confirms; otherwise responds with a page that says it was not sent.
 */
export async function refuseForm(context: AuthContext, refusal: FormRefusal): Promise<Response> {
  const held = refusal.owner && (await hold(context, refusal.owner))
  if (!held) return toNotSent(context, refusal)
  const location = toSignInUrl(context, { ...refusal.query, callbackUrl: held.page })
  const headers = new Headers({ location, "cache-control": "private, no-store" })
  for (const cookie of held.cookies) headers.append("set-cookie", toSetCookie(cookie))
  return new Response(null, { status: 303, headers })
}

/**
 * Holds only forms posted by our own pages: the confirmation page posts from our origin, so another site's form would
 * pass every check that should stop it.
 */
async function hold(context: AuthContext, owner: FormOwner): Promise<ReturnType<typeof holdForm>> {
  const { req, origin, prefix, config } = context
  if (!isPost(req) || !isFromOwnPage(req, context)) return
  const target = prefix + req.originalUrl
  const fields = await readFormFields(req, Math.min(maxLength, config.bodyLimit))
  if (!fields || toSafeUrl(target, origin) !== origin + target) return
  // A confirmation page that was open for too long posts a form that is held again.
  const removed = dropSentForm(context)
  const from = removed.length === 0 ? toSafeUrl(req.get("referer"), origin) : undefined
  const form = { ...owner, target, fields }
  // Without room for both, keeps the form and drops the return URL.
  const held = holdForm(context, from ? { ...form, from } : form) ?? holdForm(context, form)
  return held && { ...held, cookies: [...removed, ...held.cookies] }
}

/**
 * Browsers send forms by POST only. `method-override` changes the method, and will do so again when the form is sent.
 */
function isPost(req: Request): boolean {
  return ("originalMethod" in req ? req.originalMethod : req.method) === "POST"
}

/** Links to the page with the form, where the browser keeps what was typed. */
function toNotSent(context: AuthContext, { query, challenge }: FormRefusal): Response {
  const { origin, req } = context
  const callbackUrl = toSafeUrl(req.get("referer"), origin)
  const link = toSignInUrl(context, { ...query, callbackUrl })
  const { html, status } = renderErrorPage(toPageContext(context), { error: "FormNotSent", link })
  const headers = { ...pageHeadersOf(context), "www-authenticate": challenge }
  return toTextResponse(html, { status, headers })
}
