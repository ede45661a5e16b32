import type { AuthContext } from "../http/auth-context.js"
import { isAt } from "../http/is-same-page.js"
import { warnOncePerApp } from "../http/warn-once-per-app.js"

type PageName = "signIn" | "signOut" | "error" | "verifyRequest"

/**
 * The app's own page for one of ours. Where it has the very address of ours, and the request came to us all the same,
 * the app has no such page or has it after the mount: a redirect would lead back here without end, so ours is shown.
 */
export function ownPageOf(context: AuthContext, name: PageName): string | undefined {
  const page = context.config.pages[name]
  if (!page || !isAt(context, page)) return page
  const message =
    `pages.${name} is "${page}", which ExpressAuth answers with its own page. Add your page to the app before the ` +
    "mount of ExpressAuth, or give it another path."
  warnOncePerApp(context.req, context.config, { code: "pages", about: `pages.${name}`, message })
  return undefined
}
