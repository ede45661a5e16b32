import type { ResolvedConfig } from "../config/resolve-config.js"

/**
 * Validates an untrusted redirect URL: it must lead to our origin or one of `trustedOrigins`. Uses the WHATWG parser,
 * as browsers do, so that both interpret every spelling alike.
 *
 * @param candidate the URL, which may be relative
 * @returns the absolute URL, or `undefined` if it is unsafe
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Unvalidated_Redirects_and_Forwards_Cheat_Sheet.html
 */
export function toSafeUrl(
  candidate: unknown,
  origin: string,
  trustedOrigins: readonly string[] = [],
): string | undefined {
  const url = parseUrl(candidate, origin)
  if (!url || url.username || url.password) return
  return url.origin === origin || trustedOrigins.includes(url.origin) ? url.href : undefined
}

/**
 * Returns the absolute URL to redirect to after sign-in or sign-out. `callbacks.redirect` decides if it is configured;
 * otherwise the candidate must pass {@link toSafeUrl}. The fallback is the root of our origin.
 */
export async function resolveDestination(
  candidate: unknown,
  origin: string,
  { callbacks, trustedOrigins }: Pick<ResolvedConfig, "callbacks" | "trustedOrigins">,
): Promise<string> {
  const fallback = `${origin}/`
  if (!callbacks.redirect) return toSafeUrl(candidate, origin, trustedOrigins) ?? fallback
  const url = parseUrl(candidate, origin)
  const chosen = await callbacks.redirect({ url: toCallbackUrl(url, origin) ?? fallback, baseUrl: origin })
  return parseUrl(chosen, origin)?.href ?? fallback
}

/** Callbacks written for Auth.js expect a path for our own origin, and an absolute URL for any other. */
function toCallbackUrl(url: URL | undefined, origin: string): string | undefined {
  if (url?.origin !== origin || url.pathname.startsWith("//")) return url?.href
  return url.pathname + url.search + url.hash
}

function parseUrl(candidate: unknown, origin: string): URL | undefined {
  if (typeof candidate !== "string" || candidate === "" || candidate.length > 4096) return
  if (!URL.canParse(candidate, origin)) return
  const url = new URL(candidate, origin)
  return /^https?:$/.test(url.protocol) ? url : undefined
}
