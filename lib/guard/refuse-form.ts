import type { Request } from "express"
import { type AuthContext, toSignInUrl } from "../http/auth-context.js"
import { toSetCookie } from "../http/cookies.js"
import { isFromOwnPage } from "../http/cross-site.js"
import { readFormFields } from "../http/form-fields.js"
import { toSafeUrl } from "../http/safe-redirect.js"
import { toTextResponse } from "../http/text-response.js"
import { renderErrorPage } from "../pages/error.js"
import { pageHeaders } from "../pages/page-headers.js"
import { dropSentForm, type HeldForm, holdForm } from "./held-form.js"

/** Of a whole form. What is longer fits no cookie, however well it can be compressed. */
const maxLength = 32 * 1024

/** Whose form it is, and what sign-in it waits for. */
export type FormOwner = Pick<HeldForm, "userId" | "rule">

interface FormRefusal {
  /** What the sign-in page is told. */
  readonly query: Readonly<Record<string, string>>
  /** `WWW-Authenticate` */
  readonly challenge: string
  /** Absent where nobody is signed in, and so nobody whom the form could wait for. */
  readonly owner?: FormOwner | undefined
}

/**
 * Answers a person's browser that posted a form and has to sign in first. Where possible the form is held, and sent on
 * when its owner says so after the sign-in; else a page says that it was not sent.
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
 * Only what a page of our own sent is held: the page that asks posts it from our origin, past every check that would
 * have stopped another site's.
 */
async function hold(context: AuthContext, owner: FormOwner): Promise<ReturnType<typeof holdForm>> {
  const { req, origin, prefix, config } = context
  if (!isPost(req) || !isFromOwnPage(req, context)) return
  const target = prefix + req.originalUrl
  const fields = await readFormFields(req, Math.min(maxLength, config.bodyLimit))
  if (!fields || toSafeUrl(target, origin) !== origin + target) return
  // The page that asks may have been left open for so long that it has to be asked again.
  const former = dropSentForm(context)
  const from = former.length === 0 ? toSafeUrl(req.get("referer"), origin) : undefined
  const form = { ...owner, target, fields }
  // Where there is not room for both, the form counts.
  const held = holdForm(context, from ? { ...form, from } : form) ?? holdForm(context, form)
  return held && { ...held, cookies: [...former, ...held.cookies] }
}

/** Forms know no other method. `method-override` gives them one, and will do so again. */
function isPost(req: Request): boolean {
  return ("originalMethod" in req ? req.originalMethod : req.method) === "POST"
}

/** The browser keeps what was typed on the page before, to which the sign-in leads back. */
function toNotSent(context: AuthContext, { query, challenge }: FormRefusal): Response {
  const { basePath, origin, config, req } = context
  const callbackUrl = toSafeUrl(req.get("referer"), origin)
  const link = toSignInUrl(context, { ...query, callbackUrl })
  const page = { basePath, host: new URL(origin).host, csrfToken: "", theme: config.theme }
  const { html, status } = renderErrorPage(page, { error: "FormNotSent", link })
  const headers = { ...pageHeaders(config.theme), "www-authenticate": challenge }
  return toTextResponse(html, { status, headers })
}
