import { type ExpressAuthHandler, isExpressAuth } from "../express-auth.js"
import { mountedOn } from "../http/mounted-handlers.js"
import { testingError } from "./testing-error.js"

/**
 * Finds the handler of `ExpressAuth` that an app has mounted: on itself, on a sub-app, or on a router.
 *
 * @param name the called function, e.g. `signedIn()`
 * @throws {ExpressAuthError} `ERR_AUTH_TESTING` if there is none, or more than one
 */
export function findAuth(app: object, name: string): ExpressAuthHandler {
  const found = [...new Set([...mountedOn(app), ...findInStack(routerOf(app))])].filter(isExpressAuth)
  const [auth] = found
  if (auth && found.length === 1) return auth
  const problem = auth ? `${found.length} handlers of ExpressAuth() in the app` : noHandler
  throw testingError(`${name} found ${problem}. Pass the one to use: ${name.slice(0, -1)}app, { auth }).`)
}

const noHandler =
  "no handler of ExpressAuth() in the app. It looks through Express apps, their routers and sub-apps, but not through " +
  "routers of sub-apps and functions around the handler"

interface Layer {
  readonly handle?: unknown
  readonly route?: unknown
}

/** Express 4 throws when `app.router` is read, and has no router before the first route. */
function routerOf(app: object): unknown {
  if ("lazyrouter" in app) return "_router" in app ? app._router : undefined
  return "router" in app ? app.router : undefined
}

/** Returns the handlers in a router or route, and in the routers inside it. */
function findInStack(router: unknown): unknown[] {
  const { stack }: { stack?: unknown } = Object(router)
  if (!Array.isArray(stack)) return []
  return stack.flatMap(({ handle, route }: Layer) => [handle, ...findInStack(handle), ...findInStack(route)])
}
