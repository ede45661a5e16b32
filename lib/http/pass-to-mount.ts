import type { Request } from "express"
import type { Mount } from "./mount.js"

/**
 * Requests that a guard let through to a mount, with the function that refuses them if the mount does not handle them.
 */
const passes = new WeakMap<Request, { readonly mount: Mount; readonly refuse: () => unknown }>()

/** Requests that a mount did not handle. */
const declined = new WeakMap<Request, Mount>()

/**
 * Lets a request pass a guard, but only as far as `ExpressAuth`, which calls `refuse` if it does not handle the
 * request.
 *
 * @returns `false` when the request has already passed `ExpressAuth`
 */
export function passToMount(mount: Mount, req: Request, refuse: () => unknown): boolean {
  if (declined.get(req) === mount) return false
  passes.set(req, { mount, refuse })
  return true
}

/**
 * Calls `next` for a request that `ExpressAuth` does not handle, or refuses it if a guard let it pass for
 * `ExpressAuth`.
 */
export function passOn(mount: Mount, req: Request, next: () => void): void {
  declined.set(req, mount)
  const pass = passes.get(req)
  if (pass?.mount === mount) pass.refuse()
  else next()
}
