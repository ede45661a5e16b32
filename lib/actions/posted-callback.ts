import { deflateRawSync, inflateRawSync } from "node:zlib"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import type { Body } from "../http/read-body.js"
import { providerName } from "../pages/page-providers.js"
import { renderPostOnPage } from "../pages/post-on.js"
import { toPage, toPageContext } from "../replies/responses.js"
import { decodeToken, encodeToken } from "../session/codec/token-codec.js"

/** Seconds from one step of the browser's to its next, which takes a click where no script runs. */
const maxAge = 5 * 60
/** Characters of a URL: common servers take 8192 for the whole line. */
const maxUrl = 7000
/** Characters that a sealed token can hold. */
const maxContent = 70_000

/**
 * Sends on what another site had the browser post to us. The browser left our cookies out (`SameSite=Lax`), and brings
 * them with the next request: a GET with all of it in the address, or, where it is too long for that, one more POST,
 * from a page of ours. It is sealed, so that no history or log contains what a provider asserts about a user.
 */
export function sendPostedOn(context: AuthContext, provider: ResolvedProvider, body: Body): Response {
  const content = deflateRawSync(JSON.stringify(pack(body))).toString("base64url")
  if (content.length > maxContent)
    throw new ExpressAuthError("ERR_AUTH_BODY", "The provider's answer is too large to be sent on.", {
      status: 413,
    })
  const posted = encodeToken({ content }, { secrets: context.config.secrets, salt: saltOf(provider), maxAge })
  const path = `callback/${provider.id}`
  const location = toActionUrl(context, path, { posted })
  if (location.length > maxUrl) {
    const page = { action: toActionUrl(context, path), fields: { posted }, name: providerName(provider) }
    return toPage(context, renderPostOnPage(toPageContext(context), page))
  }
  const headers = { location, "cache-control": "private, no-store", "referrer-policy": "no-referrer" }
  return new Response(null, { status: 303, headers })
}

/** What was posted, where it is what we sealed for that provider. */
export function openPosted(
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

/** A field as it came, or the XML it is the Base64 form of, which compresses to a third. */
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
