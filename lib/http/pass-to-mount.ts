import type { Request } from "express"
import type { Mount } from "./mount.js"

/** Requests that a guard let through to a mount, and how it turns them away where the mount has no answer. */
const passes = new WeakMap<Request, { readonly mount: Mount; readonly refuse: () => unknown }>()

/** Requests that a mount has not answered. */
const declined = new WeakMap<Request, Mount>()

/**
 * Lets a request through to `ExpressAuth` only: what that does not answer is refused after all.
 *
 * @returns `false` where it has come past `ExpressAuth` already
 */
export function passToMount(mount: Mount, req: Request, refuse: () => unknown): boolean {
  if (declined.get(req) === mount) return false
  passes.set(req, { mount, refuse })
  return true
}

/** Goes on with a request that `ExpressAuth` has no answer for, unless a guard let it through for that answer. */
export function passOn(mount: Mount, req: Request, next: () => void): void {
  declined.set(req, mount)
  const pass = passes.get(req)
  if (pass?.mount === mount) pass.refuse()
  else next()
}
