/** Sec-Fetch-Site, https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header */
export type Site = "none" | "same-origin" | "same-site" | "cross-site"

const width: Record<Site, number> = { none: 0, "same-origin": 1, "same-site": 2, "cross-site": 3 }

/**
 * The Sec-Fetch-Site value of a request from a page to a URL. A site is a host here: loopback names have no parent
 * domain.
 */
export function siteBetween(from: string, to: string): Site {
  const [source, target] = [new URL(from), new URL(to)]
  if (source.origin === target.origin) return "same-origin"
  return source.protocol === target.protocol && source.hostname === target.hostname
    ? "same-site"
    : "cross-site"
}

/** Returns the most cross-site value of a redirect chain; a chain that starts with a typed URL stays `none`. */
export function widerSite(chain: Site, hop: Site): Site {
  if (chain === "none") return "none"
  return width[chain] >= width[hop] ? chain : hop
}

type Page = { url: string; headers: Headers }

/** The Origin that a browser sends when this page posts a form there. */
export function originOfPost(page: Page, target: string): string {
  const origin = new URL(page.url).origin
  const policy = referrerPolicyOf(page)
  if (policy === "no-referrer") return "null"
  return policy === "same-origin" && new URL(target).origin !== origin ? "null" : origin
}

/** The Referer that a browser sends when it navigates from this page, under its referrer policy. */
export function refererOf(page: Page, target: string): string | undefined {
  const { origin, pathname, search } = new URL(page.url)
  const policy = referrerPolicyOf(page)
  if (policy === "no-referrer") return undefined
  if (new URL(target).origin === origin) return origin + pathname + search
  return policy === "same-origin" ? undefined : `${origin}/`
}

function referrerPolicyOf({ headers }: Page): string {
  const policies = (headers.get("referrer-policy") ?? "").split(",").map((policy) => policy.trim())
  return policies.at(-1) ?? ""
}
