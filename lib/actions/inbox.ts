import { providerById } from "../config/find-provider.js"
import { inboxOf, keepsMail } from "../development/inbox.js"
import { isDevelopmentRequest } from "../development/is-development-request.js"
import type { AuthContext } from "../http/auth-context.js"
import { warnOncePerApp } from "../http/warn-once-per-app.js"
import { renderInboxPage } from "../pages/inbox.js"
import { toPage, toPageContext } from "../replies/responses.js"

/** Whether the inbox exists for a request: the developer's own, to an app in which a mailer has no service. */
export function hasInbox(context: AuthContext): boolean {
  const { config } = context
  const keepsMails = config.development && config.providers.some((provider) => keepsMail(provider, config))
  if (keepsMails && !isDevelopmentRequest(context)) warnOfStranger(context)
  return keepsMails && isDevelopmentRequest(context)
}

/** The request gets the app's own 404, which cannot say why. */
function warnOfStranger({ req, config, basePath }: AuthContext): void {
  const message =
    `${basePath}/inbox was requested through a proxy, a tunnel or another host name, and is not shown there. Open it on this ` +
    `computer, at http://localhost with the app's port.`
  warnOncePerApp(req, config, { code: "inbox-request", message })
}

/** Returns the path of the inbox if it keeps the mails of a provider. */
export function inboxPathFor(context: AuthContext, id: string | null): string | undefined {
  const { config, basePath } = context
  const provider = providerById(config.providers, id ?? undefined)
  const isKept = provider !== undefined && keepsMail(provider, config)
  return isKept && isDevelopmentRequest(context) ? `${basePath}/inbox` : undefined
}

/** `GET /auth/inbox`: shows the mails that were not sent. A script of another origin gets none, whatever CORS allows. */
export function showInbox(context: AuthContext): Response | undefined {
  if (!hasInbox(context) || isForeignScript(context)) return
  return toPage(context, renderInboxPage(toPageContext(context), inboxOf(context.config).mails))
}

function isForeignScript({ req }: AuthContext): boolean {
  const site = req.get("sec-fetch-site")
  if (site === undefined) return req.get("origin") !== undefined
  return site !== "same-origin" && site !== "none" && req.get("sec-fetch-mode") !== "navigate"
}
