import type { Request } from "express"

/**
 * The kind of client: `"html"` for a browser that navigates to a page, `"json"` for a script or another program,
 * `"htmx"`, or `"asset"` for a browser that loads a part of a page (image, script, style, font).
 */
export type Asker = "html" | "json" | "htmx" | "asset"

/**
 * Determines the kind of client from `Sec-Fetch-*`, htmx's header and `Accept`. Only a browser navigation counts as
 * `"html"`: a client that accepts any media type gets data, never a redirect to a page.
 *
 * @see https://www.w3.org/TR/fetch-metadata/
 * @see https://htmx.org/reference/#request_headers
 */
export function negotiate(req: Request): Asker {
  const mode = req.get("sec-fetch-mode")
  const destination = req.get("sec-fetch-dest")
  if (req.get("hx-request") === "true") return "htmx"
  if (mode && mode !== "navigate" && destination && destination !== "empty") return "asset"
  if (mode && mode !== "navigate") return "json"
  if (req.get("x-requested-with") || req.get("x-auth-return-redirect")) return "json"
  return acceptsHtml(req) ? "html" : "json"
}

function acceptsHtml(req: Request): boolean {
  return (
    /text\/html|application\/xhtml\+xml/.test(req.get("accept") ?? "") &&
    req.accepts(["html", "json"]) === "html"
  )
}
