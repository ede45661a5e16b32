import { parseCookie } from "cookie"
import type { AuthContext } from "../http/auth-context.js"
import { type Cookie, expireCookie } from "../http/cookies.js"
import type { Body } from "../http/read-body.js"
import { resolveDestination } from "../http/safe-redirect.js"

/** Parameters of the query string; of a repeated one the first. */
export function queryOf({ req }: Pick<AuthContext, "req">): URLSearchParams {
  const start = req.url.indexOf("?")
  return new URLSearchParams(start < 0 ? "" : req.url.slice(start + 1))
}

/** The parameters of the query string for core, of a repeated one the first. Where to go afterwards is not core's to read. */
export function paramsOf(context: Pick<AuthContext, "req">): Record<string, string> {
  const query = queryOf(context)
  const names = [...new Set(query.keys())].filter((name) => name !== "callbackUrl")
  return Object.fromEntries(names.map((name) => [name, query.get(name) ?? ""]))
}

/** Where to go in the end: what the form, the query or, from a page of the app's own, the cookie says. */
export function destinationOf(context: AuthContext, body: Body = {}): Promise<string> {
  const asked = body.callbackUrl ?? queryOf(context).get("callbackUrl") ?? rememberedUrl(context)
  return resolveDestination(asked, context.origin, context.config)
}

/**
 * Keeps the destination while the visitor is on a sign-in page of the app's own, whose form need not carry it.
 *
 * @returns the cookie of Auth.js's name, or nothing where the query names no destination
 */
export function rememberDestination(context: AuthContext, destination: string): Cookie[] {
  if (!queryOf(context).has("callbackUrl")) return []
  return [{ ...context.cookies.callbackUrl, value: destination }]
}

export function forgetDestination(context: Pick<AuthContext, "req" | "cookies">): Cookie[] {
  const { name, options } = context.cookies.callbackUrl
  return rememberedUrl(context) === undefined ? [] : [expireCookie(name, options)]
}

/** As it came: what is wrong with it `resolveDestination` finds. */
export function rememberedUrl({ req, cookies }: Pick<AuthContext, "req" | "cookies">): string | undefined {
  return parseCookie(req.headers.cookie ?? "")[cookies.callbackUrl.name]
}
