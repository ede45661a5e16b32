import type { Request } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"

/** The warnings logged so far, by Express app. */
const warned = new WeakMap<object, Set<string>>()
const maxWarnings = 20

interface Warning {
  readonly code: string
  readonly message: string
  /** Warnings with the same value are logged once. @default `code` */
  readonly about?: string
}

/** Logs a warning once per Express app, and at most 20 warnings in all, so that requests cannot flood the log. */
export function warnOncePerApp(
  req: Request,
  { logger }: Pick<ResolvedConfig, "logger">,
  { code, message, about = code }: Warning,
): void {
  const owner = req.app ?? logger
  const logged = warned.get(owner) ?? new Set()
  warned.set(owner, logged)
  if (logged.has(about) || logged.size >= maxWarnings) return
  logged.add(about)
  logger.warn(code, message)
}
