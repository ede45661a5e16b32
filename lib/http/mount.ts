import type { Application, Request } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"
import { samePath, splitPath, stripWildcard, trimSlash } from "./split-path.js"

/** Where a request came in: the path browsers see of our mount, and what follows it. */
export interface MountedAt {
  readonly basePath: string
  /** The rest of the path, e.g. `/signin/github`, without a trailing slash; empty when there is none. */
  readonly tail: string
  /** What a proxy strips before the app's own paths, usually empty. */
  readonly prefix: string
}

/**
 * Knows where `ExpressAuth` is mounted.
 *
 * Express tells a sub-application its mount path, so `app.use("/auth", auth)` is known at once. A mount on an
 * Express router is learned from the first request that reaches it, unless `basePath` says it.
 */
export class Mount {
  readonly #announced: { parent: Application; path: string | undefined }[] = []
  #learned: string | undefined
  #ambiguous = false
  #hasWarned = false

  /** Express's `mount` event. */
  mountedOn(parent: Application, path: unknown): void {
    const literal = typeof path === "string" ? trimSlash(stripWildcard(path)) : undefined
    this.#announced.push({ parent, path: literal !== undefined && isLiteral(literal) ? literal : undefined })
  }

  /**
   * Splits the path of a request at our mount. `undefined` when the request is not for us, as when the
   * middleware is used without a path and `basePath` says where it answers.
   *
   * @throws {ConfigError} `ERR_AUTH_MOUNT` when there is neither a mount path nor a base path
   */
  locate(req: Request, config: ResolvedConfig): MountedAt | undefined {
    const { mount, tail } = splitPath(req)
    if (isOtherHost(mount)) return
    if (mount === "" || isAbove(mount, config.basePath)) return locateByBasePath(mount + tail, config)
    const path = this.#spell(mount)
    this.#learn(path, req.params)
    return { ...this.#at(path, config), tail }
  }

  /**
   * The path browsers see of our mount, as far as it is known.
   *
   * @throws {ConfigError} `ERR_AUTH_MOUNT` when no request has shown the mount yet
   */
  known(config: ResolvedConfig): Omit<MountedAt, "tail"> {
    const paths = this.#announcedPaths()
    const path = this.#ambiguous || paths.length > 1 ? undefined : (this.#learned ?? paths[0])
    if (path && !isAbove(path, config.basePath)) return this.#at(path, config)
    if (config.basePath) return { basePath: config.basePath, prefix: "" }
    throw new ConfigError(
      "ERR_AUTH_MOUNT",
      "It is not known yet where ExpressAuth is mounted, so nobody can be sent there. Pass the full path as " +
        '`basePath`, e.g. basePath: "/account/auth", or mount it on the app: app.use("/auth", auth).',
    )
  }

  /** Where the mount and `basePath` contradict each other, the mount counts: requests do arrive there. */
  #at(path: string, config: ResolvedConfig): Omit<MountedAt, "tail"> {
    const basePath = config.basePath ?? path
    if (basePath.toLowerCase().endsWith(path.toLowerCase()))
      return { basePath, prefix: basePath.slice(0, basePath.length - path.length) }
    if (!this.#hasWarned) config.logger.warn("mount", describeContradiction(path, basePath, config))
    this.#hasWarned = true
    return { basePath: path, prefix: "" }
  }

  /** The different paths the `mount` events add up to. Asked late, since parents may be mounted after us. */
  #announcedPaths(): (string | undefined)[] {
    const paths = this.#announced.map(({ parent, path }) => fullPath(parent, path))
    return paths.filter((path, index) => paths.findIndex((other) => isSame(other, path)) === index)
  }

  /**
   * A path as it is spelled where it was mounted: Express does not mind case, redirect URIs do. Strangers may spell as
   * they like, so of two spellings on a router the one in lower case counts.
   */
  #spell(path: string): string {
    const announced = this.#announcedPaths().find((other) => isSame(other, path))
    if (announced) return announced
    return this.#learned && samePath(this.#learned, path) && this.#learned > path ? this.#learned : path
  }

  /** Only a mount without parameters, and always the same one, can stand for requests elsewhere. */
  #learn(path: string, params: Request["params"]): void {
    const named = Object.entries(params).some(([name, value]) => !/^\d+$/.test(name) && !Array.isArray(value))
    this.#ambiguous ||= named || (this.#learned !== undefined && !samePath(this.#learned, path))
    this.#learned = path
  }
}

function fullPath(parent: Application, path: string | undefined): string | undefined {
  const parentPath: unknown = parent.path()
  if (path === undefined || typeof parentPath !== "string" || !isLiteral(parentPath)) return
  return trimSlash(parentPath) + path
}

function isSame(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined ? a === b : samePath(a, b)
}

function describeContradiction(path: string, basePath: string, { origin = "" }: ResolvedConfig): string {
  return (
    `ExpressAuth is mounted at "${path}", but basePath or the path of AUTH_URL is "${basePath}". It serves ` +
    `${origin}${path}/signin and ${origin}${path}/callback/{provider}, not ${origin}${basePath}/…. If those URLs are right, set ` +
    `basePath: "${path}" (or AUTH_URL without a path); if the others are, mount it there: app.use("${basePath}", auth). ` +
    `Behind a proxy that strips "${basePath}", the base path is "${basePath}${path}".`
  )
}

/** A middleware on a router, `router.use(auth)`, meets every request of that router; `basePath` is below it. */
function isAbove(mount: string, basePath: string | undefined): boolean {
  const base = basePath?.toLowerCase() ?? ""
  return base.startsWith(`${mount.toLowerCase()}/`) && !base.endsWith(mount.toLowerCase())
}

/** A mount with parameters may begin with what browsers take for another host; nothing of ours may link there. */
function isOtherHost(mount: string): boolean {
  return /^[/\\]{2}/.test(mount)
}

function locateByBasePath(path: string, { basePath }: ResolvedConfig): MountedAt | undefined {
  if (!basePath)
    throw new ConfigError(
      "ERR_AUTH_MOUNT",
      'ExpressAuth is mounted without a path: use app.use("/auth", auth), or set basePath.',
    )
  if (`${path}/`.toLowerCase().startsWith(`${basePath}/`.toLowerCase()))
    return { basePath, tail: path.slice(basePath.length), prefix: "" }
  return undefined
}

function isLiteral(path: string): boolean {
  return !/[:*{}()?+[\]\\^$|,]/.test(path)
}

/**
 * Makes Express tell the mount where it is: a function that has `handle` and `set` is mounted as a sub-application,
 * which is given its `mountpath` and a `mount` event.
 *
 * @see https://expressjs.com/en/5x/api.html#app.mountpath
 */
export function announceMount<Handler extends (...args: never[]) => unknown>(
  handler: Handler,
  mount: Mount,
): Handler {
  const application = {
    handle: handler,
    set: () => {},
    emit(this: { mountpath?: unknown }, event: string, parent: Application) {
      if (event === "mount") mount.mountedOn(parent, this.mountpath)
    },
  }
  return Object.assign(handler, application)
}
