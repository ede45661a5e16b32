import { deflateRawSync, inflateRawSync } from "node:zlib"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import type { Body } from "../http/read-body.js"
import { shownNameOf } from "../pages/page-providers.js"
import { renderPostOnPage } from "../pages/post-on.js"
import { toPage, toPageContext } from "../replies/responses.js"
import { decodeToken, encodeToken } from "../session/codec/token-codec.js"

/** Seconds between two steps of the browser. Without scripts, the second takes a click. */
const maxAge = 5 * 60
/** Characters of a URL; common servers accept 8192 for the whole request line. */
const maxUrl = 7000
/** Characters that a sealed token can hold. */
const maxContent = 70_000

/**
 * Redirects a callback that another site had the browser post to us, without our cookies (`SameSite=Lax`), so that the
 * next request brings them: a GET with the fields in its URL or, if they are too long, another POST, from a page of
 * ours. The fields are sealed, so that no history or log contains a provider's assertions about a user.
 */
export function redirectPosted(context: AuthContext, provider: ResolvedProvider, body: Body): Response {
  const content = deflateRawSync(JSON.stringify(pack(body))).toString("base64url")
  if (content.length > maxContent)
    throw new ExpressAuthError("ERR_AUTH_BODY", "The provider's response is too large.", {
      status: 413,
    })
  const posted = encodeToken({ content }, { secrets: context.config.secrets, salt: saltOf(provider), maxAge })
  const path = `callback/${provider.id}`
  const location = toActionUrl(context, path, { posted })
  if (location.length > maxUrl) {
    const page = { action: toActionUrl(context, path), fields: { posted }, name: shownNameOf(provider) }
    return toPage(context, renderPostOnPage(toPageContext(context), page))
  }
  const headers = { location, "cache-control": "private, no-store", "referrer-policy": "no-referrer" }
  return new Response(null, { status: 303, headers })
}

/** Returns the posted fields if we sealed them for this provider. */
export function unsealPosted(
  { config }: Pick<AuthContext, "config">,
  provider: ResolvedProvider,
  sealed: unknown,
): Readonly<Record<string, string>> | undefined {
  if (typeof sealed !== "string") return
  const decoded = decodeToken(sealed, { secrets: config.secrets, salt: saltOf(provider) })
  if (decoded.status !== "valid") return
  const content = Buffer.from(String(decoded.payload.content), "base64url")
  return unpack(JSON.parse(inflateRawSync(content).toString()))
}

function saltOf(provider: ResolvedProvider): string {
  return `posted.${provider.id}`
}

/** Returns a field as it is, or decodes XML from Base64, which compresses to a third. */
type Packed = Record<string, string | { readonly xml: string }>

function pack(body: Body): Packed {
  const texts = Object.entries(body).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  )
  return Object.fromEntries(texts.map(([name, value]) => [name, packValue(value)]))
}

function packValue(value: string): string | { xml: string } {
  const xml = Buffer.from(value, "base64").toString()
  return xml.startsWith("<") && Buffer.from(xml).toString("base64") === value ? { xml } : value
}

function unpack(packed: Packed): Record<string, string> {
  const entries = Object.entries(packed)
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      typeof value === "string" ? value : Buffer.from(value.xml).toString("base64"),
    ]),
  )
}
