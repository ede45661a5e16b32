import type { AuthContext } from "../http/auth-context.js"
import { queryOf } from "./destination.js"

/** Parameters that visitors may add to the authorization request; all others come from the app. */
const names = ["login_hint", "prompt", "max_age", "ui_locales", "screen_hint"]

/** Returns the query's additions to the authorization request. The first value of a repeated parameter counts. */
export function visitorHintsOf(context: Pick<AuthContext, "req">): Record<string, string> {
  const query = queryOf(context)
  return Object.fromEntries(names.flatMap((name) => (query.has(name) ? [[name, query.get(name) ?? ""]] : [])))
}
