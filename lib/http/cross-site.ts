import type { Request } from "express"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "./auth-context.js"
import { getOrigin } from "./origin.js"

/**
 * Who sent a request, as far as its headers prove it: a page of our own origin, a page of one of `trustedOrigins`, a
 * client that is no browser, or a browser that does not say (`Origin: null` without Fetch Metadata).
 */
export type Sender = "own" | "trusted" | "client" | "unproven"

type Config = Pick<AuthContext, "config">

/** A page of an origin that is neither ours nor trusted sent the request. */
export class UntrustedOriginError extends ExpressAuthError {
  constructor(message: string) {
    super("ERR_AUTH_CSRF", message, { status: 403 })
  }
}

/**
 * Refuses a request that a page of another origin made the browser send. `Sec-Fetch-Site` decides where the browser sends
 * it, else `Origin`. A sandboxed frame of any site sends `Origin: null`, and so does a page of ours under
 * `Referrer-Policy: no-referrer`: it proves nothing.
 *
 * @throws {UntrustedOriginError} `ERR_AUTH_CSRF` (403), naming the origin
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

/**
 * Whether a browser vouches that a page of our own origin sent this request. Unlike with `requireKnownSender`, silence is
 * not enough.
 */
export function isFromOwnPage(req: Request, { config }: Config): boolean {
  const site = req.get("sec-fetch-site")
  return site ? site === "same-origin" : req.get("origin") === getOrigin(req, config)
}

function untrusted(req: Request, { config }: Config): UntrustedOriginError {
  const origin = readOrigin(req.get("origin"))
  if (!origin)
    return new UntrustedOriginError(
      "Another site sent this request, and the browser does not say which: its Origin header is missing or says nothing.",
    )
  return new UntrustedOriginError(
    `This request comes from a page on ${origin}, but this app is at ${getOrigin(req, config)}. If the page is yours, ` +
      `list its origin: trustedOrigins: ["${origin}"]. If both should be the same address, tell the app its own: set ` +
      "AUTH_URL, or Express's `trust proxy` behind a proxy.",
  )
}

/** Only what is an origin goes into messages: the header is a stranger's text. */
function readOrigin(header = ""): string | undefined {
  const url = header.length < 300 && URL.canParse(header) ? new URL(header) : undefined
  return url && /^https?:$/.test(url.protocol) ? url.origin : undefined
}
