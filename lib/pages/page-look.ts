import type { Response } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { PageLook } from "./page-context.js"

/**
 * Returns the look of pages and mails that the options `theme` and `views` set.
 *
 * @param res the response with a page: `res.locals.cspNonce`, where apps with Helmet keep their nonce, is passed to the
 * app's own templates
 */
export function toPageLook(
  { theme, views }: Pick<ResolvedConfig, "theme" | "views">,
  res?: Response,
): PageLook {
  return views ? { theme, views: views(), nonce: nonceOf(res) } : { theme }
}

/** The nonce becomes part of a header, so nothing but base64 counts. */
function nonceOf(res: Response | undefined): string | undefined {
  const nonce: unknown = res?.locals?.cspNonce
  return typeof nonce === "string" && /^[\w+/-]{1,256}={0,2}$/.test(nonce) ? nonce : undefined
}
