import type { Application, Request } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"

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
  #parent: Application | undefined
  #path: string | undefined
  #learned: string | undefined
  #ambiguous = false

  /** Express's `mount` event. Mounted in two places, neither can stand for the other. */
  mountedOn(parent: Application, path: unknown): void {
    const literal = typeof path === "string" ? stripWildcard(path) : ""
    this.#ambiguous ||= this.#parent !== undefined
    this.#parent = parent
    this.#path = isLiteral(literal) ? trimSlash(literal) || undefined : undefined
  }

  /**
   * Splits the path of a request at our mount. `undefined` when the request is not for us, as when the
   * middleware is used without a path and `basePath` says where it answers.
   *
   * @throws {ConfigError} `ERR_AUTH_MOUNT` when mount and base path contradict each other
   */
  locate(req: Request, config: ResolvedConfig): MountedAt | undefined {
    const full = trimSlash(req.baseUrl + req.path)
    const tail = wildcardTail(req.params, full) ?? (req.baseUrl ? trimSlash(req.path) : full)
    const internal = full.slice(0, full.length - tail.length)
    if (!internal) return locateByBasePath(full, config)
    this.#learn(internal, req.params)
    return { ...at(internal, config), tail }
  }

  /**
   * The path browsers see of our mount, as far as it is known.
   *
   * @throws {ConfigError} `ERR_AUTH_MOUNT` when no request has shown the mount yet
   */
  known(config: ResolvedConfig): Omit<MountedAt, "tail"> {
    const internal = this.#ambiguous ? undefined : (this.#mountPath() ?? this.#learned)
    if (internal !== undefined) return at(internal, config)
    if (config.basePath) return { basePath: config.basePath, prefix: "" }
    throw new ConfigError(
      "ERR_AUTH_MOUNT",
      "It is not known yet where ExpressAuth is mounted, so nobody can be sent there. Pass the full path as " +
        '`basePath`, e.g. basePath: "/account/auth", or mount it on the app: app.use("/auth", auth).',
    )
  }

  #mountPath(): string | undefined {
    const parentPath = this.#parent?.path()
    if (parentPath === undefined || this.#path === undefined || !isLiteral(parentPath)) return
    return trimSlash(parentPath) + this.#path
  }

  /** Only a mount without parameters, and always the same one, can stand for requests elsewhere. */
  #learn(path: string, params: Request["params"]): void {
    const named = Object.entries(params).some(([name, value]) => name !== "0" && !Array.isArray(value))
    this.#learned ??= path
    this.#ambiguous ||= named || this.#learned.toLowerCase() !== path.toLowerCase()
  }
}

function at(internal: string, config: ResolvedConfig): Omit<MountedAt, "tail"> {
  const basePath = config.basePath ?? internal
  if (basePath.toLowerCase().endsWith(internal.toLowerCase()))
    return { basePath, prefix: basePath.slice(0, basePath.length - internal.length) }
  throw new ConfigError(
    "ERR_AUTH_MOUNT",
    `ExpressAuth is mounted at "${internal}", but basePath (or the path of AUTH_URL) is "${basePath}". Make them ` +
      `agree: app.use("${basePath}", auth), or basePath: "${internal}".`,
  )
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

/**
 * The part that a wildcard matched: `params[0]` of Express 4's `/auth/*`, an array in Express 5's `/auth/*splat`.
 * Parameters arrive decoded and may then contain slashes, so the raw path is compared from its end.
 */
function wildcardTail(params: Record<string, unknown>, full: string): string | undefined {
  const splat = Object.values(params).find(Array.isArray)
  const matched = splat ? splat.join("/") : params["0"]
  if (typeof matched !== "string") return
  const wanted = trimSlash(matched)
  if (wanted === "") return ""
  for (let slash = full.lastIndexOf("/"); slash >= 0; slash = full.lastIndexOf("/", slash - 1)) {
    if (decode(full.slice(slash + 1)) === wanted) return full.slice(slash)
    if (slash === 0) return
  }
  return
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `"/auth/*"`, `"/auth/*splat"`, `"/auth/{*splat}"` → `"/auth"`. */
function stripWildcard(path: string): string {
  return path.replace(/\/(?:\*\w*|\{\*\w+\})$/, "")
}

function isLiteral(path: string): boolean {
  return !/[:*{}()?+[\]]/.test(path)
}

function trimSlash(path: string): string {
  return path.replace(/\/+$/, "")
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
