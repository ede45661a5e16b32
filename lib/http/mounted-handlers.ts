import type { Application } from "express"

/** The handlers of `ExpressAuth` that an app or one of its sub-apps has mounted. */
const handlers = new WeakMap<Application, Set<object>>()

/**
 * Records that a handler was mounted on an app, for that app and every app above it. Express tells a parent nothing of
 * its sub-apps, so each app passes on what it knows when it is mounted itself.
 */
export function noteMounted(app: Application, handler: object): void {
  const known = handlers.get(app)
  if (known) known.add(handler)
  else begin(app, handler)
  const { parent } = app as Application & { parent?: Application }
  if (parent) noteMounted(parent, handler)
}

function begin(app: Application, handler: object): void {
  const known = new Set([handler])
  handlers.set(app, known)
  app.on("mount", (parent: Application) => {
    for (const one of known) noteMounted(parent, one)
  })
}

/** Returns the handlers that were mounted on an app or its sub-apps, without those on routers, which announce nothing. */
export function mountedOn(app: object): readonly object[] {
  return [...(handlers.get(app as Application) ?? [])]
}
