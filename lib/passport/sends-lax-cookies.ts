import type { Request } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { getOrigin } from "../http/origin.js"

/**
 * Whether a browser sends `SameSite=Lax` cookies with this request and stores those of its response. It does neither
 * when another site posts a form or loads an image.
 *
 * @see https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-the-samesite-attribute-2
 */
export function sendsLaxCookies(req: Request, config: ResolvedConfig): boolean {
  const site = req.get("sec-fetch-site")
  if (site === undefined) {
    const origin = req.get("origin")
    return origin === undefined || origin === getOrigin(req, config)
  }
  if (site !== "cross-site") return true
  const opensPage = req.get("sec-fetch-mode") === "navigate" && req.get("sec-fetch-dest") === "document"
  return opensPage && (req.method === "GET" || req.method === "HEAD")
}
