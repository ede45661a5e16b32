import type { AuthContext } from "../http/auth-context.js"
import { queryOf } from "./destination.js"

/** What visitors may add to the authorization request; everything else comes from the app. */
const names = ["login_hint", "prompt", "max_age", "ui_locales", "screen_hint"]

/** What the address of a request adds to the authorization request. Of a repeated parameter the first counts. */
export function visitorHintsOf(context: Pick<AuthContext, "req">): Record<string, string> {
  const query = queryOf(context)
  return Object.fromEntries(names.flatMap((name) => (query.has(name) ? [[name, query.get(name) ?? ""]] : [])))
}
