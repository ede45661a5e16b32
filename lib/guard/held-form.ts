import { randomBytes } from "node:crypto"
import { deflateRawSync, inflateRawSync } from "node:zlib"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import { type Cookie, expireCookie } from "../http/cookies.js"
import type { FormField } from "../http/form-fields.js"
import { toSafeUrl } from "../http/safe-redirect.js"
import { readChunkedCookie, toCookieChunks } from "../session/codec/chunked-cookie.js"
import { decodeToken, encodeToken } from "../session/codec/token-codec.js"

/** A form that was posted to a route which asks for a fresh sign-in first. */
export interface HeldForm {
  /** Who posted it, and nobody else may send it. */
  readonly userId: string
  /** The path and query it was posted to. */
  readonly target: string
  /** The page it was posted from, where the browser said so: an absolute URL of our origin. */
  readonly from?: string
  /** What the route asks for. */
  readonly rule: { readonly maxAge: number; readonly trust: readonly string[] }
  readonly fields: readonly FormField[]
}

/** Seconds until a form has to be filled in again. */
const lifetime = 15 * 60
/** Many servers and proxies refuse requests whose headers pass 8 KB. */
const maxHeaderLength = 7 * 1024
/** As many cookies as that is. */
const maxChunks = 2

/**
 * Keeps a form in the browser until the person who posted it has signed in again. It is compressed, and sealed for this
 * one id: under another name the cookie does not open. Only the page that asks whether to send it is sent the cookie, so
 * that forms neither get in each other's way nor into that of a sign-in.
 *
 * @returns the page that asks, and the cookies; `undefined` where the form is too long
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

/** The form that waits under this id, and what makes the browser forget it. */
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
 * Makes the browser forget the form it is just sending, so that it is not offered again. The `Referer` tells: the cookie
 * itself does not come along. A browser that sends none forgets by itself, in time.
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

export function isHeldFormId(text: string): boolean {
  return /^[\w-]{16}$/.test(text)
}

function inflate(fields: string): FormField[] {
  return JSON.parse(inflateRawSync(Buffer.from(fields, "base64url")).toString())
}

function pathOf(id: string): string {
  return `confirm-form/${id}`
}

/** Beside Auth.js's own cookies, under the user's prefix; one that promises the path "/" would not keep it. */
function nameOf({ cookies }: AuthContext, id: string): string {
  const name = cookies.callbackUrl.name.replace(/(?:\.callback-url)?$/, `.form.${id}`)
  return name.replace(/^__Host-/, "__Secure-")
}

function optionsOf(context: AuthContext, id: string): Cookie["options"] {
  const path = `${context.basePath}/${pathOf(id)}`
  return { ...context.cookies.callbackUrl.options, httpOnly: true, sameSite: "lax", path }
}
