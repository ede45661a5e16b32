import { providerById } from "../config/find-provider.js"
import { publish } from "../diagnostics/channels.js"
import type { RefusedMessage } from "../diagnostics/messages.js"
import { readActionPath } from "../http/action-path.js"
import type { AuthContext } from "../http/auth-context.js"
import { type RefusedPerson, recordRefused } from "./record-refused.js"

/** What a refusal is known to be, besides the route that it happened on. */
export interface KnownRefusal extends Omit<RefusedMessage, "action"> {
  /** Who was refused, if it was a sign-in. */
  readonly person?: RefusedPerson | undefined
}

/** Publishes that a request was refused or failed, for subscribers of `express-authjs:refused`. */
export function publishRefusal(context: AuthContext, { person, ...known }: KnownRefusal): void {
  publish("refused", () => toMessage(context, known))
  if (context.config.audit) recordRefused(context, toMessage(context, known), person)
}

function toMessage(
  context: AuthContext,
  { provider, code, ...known }: Omit<RefusedMessage, "action">,
): RefusedMessage {
  const route = routeOf(context)
  const named = provider ?? providerById(context.config.providers, route.name)?.id
  return {
    ...known,
    action: route.action,
    ...(named && { provider: named }),
    ...(code && { code: toLine(code) }),
  }
}

/** The visitor chooses the path, so only known actions are named. */
function routeOf({ req, basePath, prefix }: AuthContext): { action: string; name?: string | undefined } {
  const path = req.originalUrl.replace(/\/?(?:\?.*)?$/s, "")
  const mount = basePath.slice(prefix.length)
  return (path.startsWith(`${mount}/`) && readActionPath(path.slice(mount.length))) || { action: "app" }
}

/** The code may be the app's own, and contain anything. */
function toLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").slice(0, 100)
}
