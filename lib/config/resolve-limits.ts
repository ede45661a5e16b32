import { ConfigError } from "../errors.js"
import type { ExpressAuthConfig } from "./options.js"

const storeMethods = ["take", "giveBack", "forget"] as const

/** @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` for what is no store, before a request meets it */
export function resolveLimiter(store: ExpressAuthConfig["limiter"]): ExpressAuthConfig["limiter"] {
  if (store === undefined) return
  if (storeMethods.every((name) => typeof store?.[name] === "function")) return store
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    "`limiter` must be a store with take(), giveBack() and forget(), e.g. limiter: memoryLimiter().",
  )
}
