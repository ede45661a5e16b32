import type { Application } from "express"

/** What routers, routes and their layers have in common in Express 4 and 5. */
interface Stack {
  readonly stack?: readonly Layer[]
}

interface Layer {
  readonly handle?: ((...args: never[]) => unknown) & Stack
  readonly route?: Stack
}

/** An application as its router and its parent know it. */
type App = Application & { readonly _router?: Stack; readonly parent?: App }

/**
 * Whether an app has an error handler, i.e. a middleware with four parameters: in its routers and routes, or in the app
 * that it is mounted on.
 */
export function handlesErrors(app: Application): boolean {
  const { _router: router = app.router as Stack, parent } = app as App
  return hasHandler(router) || (parent !== undefined && handlesErrors(parent))
}

/** Express 4 keeps its router in `_router`, and its `router` throws; Express 5 has `router` only. */
function hasHandler({ stack = [] }: Stack = {}, depth = 0): boolean {
  return stack.some(
    ({ handle, route }) =>
      handle?.length === 4 || (depth < 8 && (hasHandler(handle, depth + 1) || hasHandler(route, depth + 1))),
  )
}
