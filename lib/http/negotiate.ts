import type { Request } from "express"

/**
 * What asks: a person's browser that would show a page, a script that wants data, htmx, or the browser on behalf
 * of a page (image, script, style, font).
 */
export type Asker = "html" | "json" | "htmx" | "asset"

/**
 * Tells who asks from `Sec-Fetch-*`, htmx's header and `Accept`. Only a browser navigation counts as "html":
 * whoever merely accepts anything gets data, never a redirect to a page.
 *
 * @see https://www.w3.org/TR/fetch-metadata/
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
