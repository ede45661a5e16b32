import type { Request } from "express"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "./auth-context.js"
import { getOrigin } from "./origin.js"

/**
 * The sender of a request, as far as the headers prove it: `"own"` for a page of our origin, `"trusted"` for a page of
 * one of `trustedOrigins`, `"client"` for a program other than a browser, `"unproven"` for a browser that does not
 * reveal the origin (`Origin: null` without Fetch Metadata).
 */
export type Sender = "own" | "trusted" | "client" | "unproven"

type Config = Pick<AuthContext, "config">

/** `ERR_AUTH_CSRF` (403): the request comes from a page of an origin that is neither ours nor trusted. */
export class UntrustedOriginError extends ExpressAuthError {
  constructor(message: string) {
    super("ERR_AUTH_CSRF", message, { status: 403 })
  }
}

/**
 * Refuses cross-site requests from browsers. `Sec-Fetch-Site` decides if the browser sends it, otherwise `Origin`.
 * `Origin: null` proves nothing: sandboxed frames of any site send it, and so do our pages under
 * `Referrer-Policy: no-referrer`.
 *
 * @returns the kind of sender; `"unproven"` must be checked by other means, such as a CSRF token
 * @throws {UntrustedOriginError} `ERR_AUTH_CSRF` (403), with the origin in its message
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export function requireKnownSender(req: Request, { config }: Config): Sender {
  const site = req.get("sec-fetch-site")
  const origin = req.get("origin")
  if (site === "same-origin" || site === "none") return "own"
  if (origin && config.trustedOrigins.includes(origin)) return "trusted"
  if (site) throw untrusted(req, { config })
  if (!origin) return "client"
  if (origin === "null") return "unproven"
  if (origin === getOrigin(req, config)) return "own"
  throw untrusted(req, { config })
}

/** Whether headers prove that a page of our origin sent the request. Unlike `requireKnownSender`, requires a header. */
export function isFromOwnPage(req: Request, { config }: Config): boolean {
  const site = req.get("sec-fetch-site")
  return site ? site === "same-origin" : req.get("origin") === getOrigin(req, config)
}

function untrusted(req: Request, { config }: Config): UntrustedOriginError {
  const origin = readOrigin(req.get("origin"))
  if (!origin)
    return new UntrustedOriginError(
      "Another site sent this request. The browser did not reveal which one: the Origin header is missing or not an origin.",
    )
  return new UntrustedOriginError(
    `This request comes from a page on ${origin}, but this app is at ${getOrigin(req, config)}. If the page is yours, ` +
      `list its origin: trustedOrigins: ["${origin}"]. If both should be the same address, set AUTH_URL, or Express's ` +
      "`trust proxy` behind a proxy.",
  )
}

/** Returns a header as an origin, or `undefined`: an untrusted header must not get into messages unparsed. */
function readOrigin(header = ""): string | undefined {
  const url = header.length < 300 && URL.canParse(header) ? new URL(header) : undefined
  return url && /^https?:$/.test(url.protocol) ? url.origin : undefined
}
