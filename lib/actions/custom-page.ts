import type { AuthContext } from "../http/auth-context.js"
import { isAt } from "../http/is-same-page.js"
import { warnOncePerApp } from "../http/warn-once-per-app.js"

type PageName = "signIn" | "signOut" | "error" | "verifyRequest"

/**
 * Returns the app's own page for one of ours. If both have the same URL and the request reached us, the app has no such
 * page, or mounts it after us. A redirect would loop, so ours is shown, with a warning.
 */
export function customPage(context: AuthContext, name: PageName): string | undefined {
  const page = context.config.pages[name]
  if (!page || !isAt(context, page)) return page
  const message =
    `pages.${name} is "${page}", which ExpressAuth answers with its own page. Add your page to the app before the ` +
    "mount of ExpressAuth, or give it another path."
  warnOncePerApp(context.req, context.config, { code: "pages", about: `pages.${name}`, message })
  return undefined
}
