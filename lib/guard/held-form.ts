import { randomBytes } from "node:crypto"
import { deflateRawSync, inflateRawSync } from "node:zlib"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import { type Cookie, expireCookie } from "../http/cookies.js"
import type { FormField } from "../http/read-form-fields.js"
import { toSafeUrl } from "../http/safe-redirect.js"
import { readChunkedCookie, toCookieChunks } from "../session/chunked-cookie.js"
import { decodeToken, encodeToken } from "../session/codec/token-codec.js"

/** A form that was posted to a route that requires a fresh sign-in. */
export interface HeldForm {
  /** The id of the user who posted it. Only this user may send it. */
  readonly userId: string
  /** The path and query to which it was posted. */
  readonly target: string
  /** The page from which it was posted, as an absolute URL of our origin; absent without a `Referer`. */
  readonly from?: string
  /** What the route requires: `maxAge` in seconds, and the trusted provider types, as in `GuardOptions`. */
  readonly rule: { readonly maxAge: number; readonly trust: readonly string[] }
  /** Its fields, in the order posted; names may repeat. */
  readonly fields: readonly FormField[]
}

/** Seconds a form is kept. */
const lifetime = 15 * 60
/** Characters of the `Cookie` header; many servers and proxies refuse headers over 8 KB. */
const maxHeaderLength = 7 * 1024
/** Cookies that fit into that length. */
const maxChunks = 2

/**
 * Keeps a form in the browser until its user has signed in again, compressed and encrypted for one id: the cookie does
 * not decrypt under another name. Its path is the confirmation page, so forms never collide with each other or with a
 * sign-in.
 *
 * @returns the URL of the confirmation page, and the cookies; `undefined` if the form is too long
 */
export function holdForm(
  context: AuthContext,
  form: HeldForm,
): { page: string; cookies: Cookie[] } | undefined {
  const id = randomBytes(12).toString("base64url")
  const name = nameOf(context, id)
  const content = { ...form, fields: deflateRawSync(JSON.stringify(form.fields)).toString("base64url") }
  const room = maxHeaderLength - (context.req.headers.cookie ?? "").length
  if (JSON.stringify(content).length > room) return
  const sealed = encodeToken(content, { secrets: context.config.secrets, salt: name, maxAge: lifetime })
  if (sealed.length > room) return
  const options = { ...optionsOf(context, id), maxAge: lifetime }
  return {
    page: toActionUrl(context, pathOf(id)),
    cookies: toCookieChunks(name, sealed).map((chunk) => ({ ...chunk, options })),
  }
}

/**
 * Reads the form held under an id.
 *
 * @returns the form if its cookie is present and valid, and the cookies that remove it
 */
export function openHeldForm(context: AuthContext, id: string): { form?: HeldForm; drop: Cookie[] } {
  const name = nameOf(context, id)
  const found = readChunkedCookie(context.req.headers.cookie, name)
  if (!found) return { drop: [] }
  const drop = found.names.map((chunk) => expireCookie(chunk, optionsOf(context, id)))
  const decoded = decodeToken(found.value, { secrets: context.config.secrets, salt: name })
  if (decoded.status !== "valid") return { drop }
  const content = decoded.payload as unknown as HeldForm & { fields: string }
  return { form: { ...content, fields: inflate(content.fields) }, drop }
}

/**
 * Returns cookies that remove the form being posted, so that it is not offered again. Recognises it by the `Referer`,
 * since the form's own cookie is not sent to other paths. Without a `Referer`, the cookie expires after 15 minutes.
 */
export function dropSentForm(context: AuthContext): Cookie[] {
  const page = toSafeUrl(context.req.get("referer"), context.origin)
  const start = toActionUrl(context, pathOf(""))
  const id = page?.startsWith(start) ? page.slice(start.length) : ""
  if (!isHeldFormId(id)) return []
  const name = nameOf(context, id)
  const names = [name, ...Array.from({ length: maxChunks }, (_, index) => `${name}.${index}`)]
  return names.map((chunk) => expireCookie(chunk, optionsOf(context, id)))
}

/** Whether a string has the format of a form's id. */
export function isHeldFormId(value: string): boolean {
  return /^[\w-]{16}$/.test(value)
}

function inflate(fields: string): FormField[] {
  return JSON.parse(inflateRawSync(Buffer.from(fields, "base64url")).toString())
}

function pathOf(id: string): string {
  return `confirm-form/${id}`
}

/** Uses the prefix of the callback URL's cookie. `__Host-` requires the path "/", so it becomes `__Secure-`. */
function nameOf({ cookies }: AuthContext, id: string): string {
  const name = cookies.callbackUrl.name.replace(/(?:\.callback-url)?$/, `.form.${id}`)
  return name.replace(/^__Host-/, "__Secure-")
}

function optionsOf(context: AuthContext, id: string): Cookie["options"] {
  const path = `${context.basePath}/${pathOf(id)}`
  return { ...context.cookies.callbackUrl.options, httpOnly: true, sameSite: "lax", path }
}
