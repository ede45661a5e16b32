import type { Application, Request } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"
import { noteMounted } from "./mounted-handlers.js"
import { splitPath, stripWildcard, trimSlash } from "./split-path.js"

// Written by hand, not with express.Router: the router does not tell where it is mounted, and links need that path.

/** The path of a request, split at our mount. */
export interface MountedAt {
  /** The path of our mount as browsers see it, e.g. `/auth`. */
  readonly basePath: string
  /** The rest of the path, e.g. `/signin/github`, without a trailing slash; empty if there is none. */
  readonly tail: string
  /** The part of `basePath` that a proxy strips, usually empty. */
  readonly prefix: string
}

type Paths = Omit<MountedAt, "tail">

/**
 * The place where `ExpressAuth` is mounted.
 *
 * Express passes the mount path to a sub-application, so the path of `app.use("/auth", auth)` is known immediately. A
 * mount on a router is learned from the first request that reaches it, unless `basePath` specifies it.
 */
export class Mount {
  readonly #announced: { parent: Application; path: string | undefined }[] = []
  #learned: string | undefined
  #ambiguous: "parameters" | "places" | undefined
  #hasWarned = false

  /** Handles Express's `mount` event. An array of paths counts as that many mounts. */
  mountedOn(parent: Application, path: unknown): void {
    for (const one of [path].flat(Number.POSITIVE_INFINITY)) this.#announce(parent, one)
  }

  #announce(parent: Application, path: unknown): void {
    if (typeof path === "string" && /:\w/.test(path)) this.#ambiguous = "parameters"
    const literal = typeof path === "string" ? trimSlash(stripWildcard(path)) : undefined
    this.#announced.push({ parent, path: literal !== undefined && isLiteral(literal) ? literal : undefined })
  }

  /**
   * Splits the path of a request at our mount.
   *
   * @returns `undefined` for a request to another path, when the middleware is used without a path and `basePath`
   * specifies where it responds
   * @throws {ConfigError} `ERR_AUTH_MOUNT` when there is neither a mount path nor a base path
   */
  locate(req: Request, config: ResolvedConfig): MountedAt | undefined {
    const { mount, tail } = splitPath(req)
    if (isOtherHost(mount)) return
    if (mount === "" || isAbove(mount, config.basePath)) return locateByBasePath(mount + tail, config)
    const path = this.#canonicalPath(mount)
    this.#learn(path, req.params)
    return { ...this.#at(path, config, req), tail }
  }

  /**
   * Returns the paths of the mount, for requests that did not arrive there.
   *
   * @param req the request, to warn in development of a prefix that no proxy explains
   * @throws {ConfigError} `ERR_AUTH_MOUNT` when the mount is not known yet, or differs between requests
   */
  paths(config: ResolvedConfig, req?: Request): Paths {
    const paths = this.#announcedPaths()
    const ambiguous = this.#ambiguous ?? (paths.length > 1 ? "places" : undefined)
    const path = ambiguous ? undefined : (this.#learned ?? paths[0])
    if (path && !isAbove(path, config.basePath)) return this.#at(path, config, req)
    if (config.basePath) return { basePath: config.basePath, prefix: "" }
    throw new ConfigError("ERR_AUTH_MOUNT", unknownPath[ambiguous ?? "request"])
  }

  /** When the mount and `basePath` contradict each other, the mount wins: that is where requests arrive. */
  #at(path: string, config: ResolvedConfig, req?: Request): Paths {
    const basePath = config.basePath ?? path
    if (basePath.toLowerCase().endsWith(path.toLowerCase())) {
      const at = { basePath, prefix: basePath.slice(0, basePath.length - path.length) }
      if (at.prefix && req && !config.production && !isProxied(req))
        this.#warn(config, describePrefix(path, at, config))
      return at
    }
    this.#warn(config, describeContradiction(path, basePath, config))
    return { basePath: path, prefix: "" }
  }

  #warn({ logger }: ResolvedConfig, message: string): void {
    if (!this.#hasWarned) logger.warn("mount", message)
    this.#hasWarned = true
  }

  /** Returns the distinct full paths of the `mount` events. Not cached: parents may be mounted after us. */
  #announcedPaths(): (string | undefined)[] {
    const paths = this.#announced.map(({ parent, path }) => fullPath(parent, path))
    return paths.filter((path, index) => paths.findIndex((other) => isSame(other, path)) === index)
  }

  /**
   * Returns a path in the case in which it was mounted: Express ignores case, redirect URIs do not. Clients choose the
   * case of a request, so of two spellings on a router the lower-case one wins.
   */
  #canonicalPath(path: string): string {
    const announced = this.#announcedPaths().find((other) => isSame(other, path))
    if (announced) return announced
    return this.#learned && isSame(this.#learned, path) && this.#learned > path ? this.#learned : path
  }

  /** A mount with parameters, or with several paths, is ambiguous: it cannot be used for requests elsewhere. */
  #learn(path: string, params: Request["params"]): void {
    const named = Object.entries(params).some(([name, value]) => !/^\d+$/.test(name) && !Array.isArray(value))
    if (named) this.#ambiguous = "parameters"
    else if (this.#learned !== undefined && !isSame(this.#learned, path)) this.#ambiguous ??= "places"
    this.#learned = path
  }
}

/** The messages of `ERR_AUTH_MOUNT`, by the reason why the path is unknown. */
const unknownPath = {
  request:
    "The path at which ExpressAuth is mounted is not known yet, so no redirect can lead there. Pass the full path as " +
    '`basePath`, e.g. basePath: "/account/auth", or mount it on the app: app.use("/auth", auth).',
  parameters:
    "ExpressAuth is mounted at a path with parameters, so a request elsewhere does not tell where a redirect should lead. " +
    "Pass a function that returns the full path for each request: ExpressAuth((req) => ({ ...config, basePath: " +
    'pathOf(req) + "/auth" })). Or mount it at a path without parameters.',
  places:
    "ExpressAuth is mounted at several paths, so a request elsewhere does not tell where a redirect should lead. Pass the " +
    'one to redirect to as `basePath`, e.g. basePath: "/auth", or mount it once.',
} as const

function fullPath(parent: Application, path: string | undefined): string | undefined {
  const parentPath: unknown = parent.path()
  if (path === undefined || typeof parentPath !== "string" || !isLiteral(parentPath)) return
  return trimSlash(parentPath) + path
}

/** Whether two paths are equal to Express, which ignores case. */
function isSame(a: string | undefined, b: string | undefined): boolean {
  return a?.toLowerCase() === b?.toLowerCase()
}

function describeContradiction(path: string, basePath: string, { origin = "" }: ResolvedConfig): string {
  return (
    `ExpressAuth is mounted at "${path}", but \`basePath\` or the path of AUTH_URL is "${basePath}". It serves ` +
    `${origin}${path}/signin and ${origin}${path}/callback/{provider}, not ${origin}${basePath}/…. If those URLs are right, set ` +
    `basePath: "${path}" (or AUTH_URL without a path); if the others are, mount it there: app.use("${basePath}", auth). ` +
    `Behind a proxy that strips "${basePath}", the base path is "${basePath}${path}".`
  )
}

/** A suffix of `basePath` is what remains behind a proxy that strips a prefix, or a path left over from Auth.js 4. */
function describePrefix(path: string, { basePath, prefix }: Paths, { origin = "" }: ResolvedConfig): string {
  return (
    `ExpressAuth is mounted at "${path}", but \`basePath\` or the path of AUTH_URL is "${basePath}". Behind a proxy that ` +
    `strips "${prefix}" that is right: forms and callbacks are at ${origin}${basePath}/signin and ` +
    `${origin}${basePath}/callback/{provider}. But this request came without the headers of a proxy. Without one those URLs are ` +
    `not found: for ${origin}${path}/signin and ${origin}${path}/callback/{provider}, set basePath: "${path}" or AUTH_URL ` +
    `without a path; for the others, mount it there: app.use("${basePath}", auth).`
  )
}

const proxyHeaders = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-prefix",
  "x-forwarded-proto",
]

function isProxied({ headers }: Request): boolean {
  return proxyHeaders.some((name) => headers[name] !== undefined)
}

/** `router.use(auth)` receives every request of the router, whose path then is above `basePath`. */
function isAbove(mount: string, basePath: string | undefined): boolean {
  const base = basePath?.toLowerCase() ?? ""
  return base.startsWith(`${mount.toLowerCase()}/`) && !base.endsWith(mount.toLowerCase())
}

/** A mount with parameters can match a path that starts with `//`, which browsers take for another host in links. */
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
 * Makes Express report where the handler is mounted: a function with `handle` and `set` is treated as a
 * sub-application, which receives its `mountpath` and a `mount` event.
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
      if (event !== "mount") return
      mount.mountedOn(parent, this.mountpath)
      noteMounted(parent, handler)
    },
  }
  return Object.assign(handler, application)
}
