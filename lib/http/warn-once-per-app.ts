import type { Request } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"

/** Warnings that strangers' requests can cause, by the app that was told. */
const warned = new WeakMap<object, Set<string>>()
const maxWarnings = 20

interface Warning {
  readonly code: string
  readonly message: string
  /** Tells apart what is worth a line of its own. @default the code */
  readonly about?: string
}

/** Logs a warning once for each Express app, and no more than 20 in all: strangers must not be able to fill the log. */
export function warnOncePerApp(
  req: Request,
  { logger }: Pick<ResolvedConfig, "logger">,
  { code, message, about = code }: Warning,
): void {
  const owner = req.app ?? logger
  const known = warned.get(owner) ?? new Set()
  warned.set(owner, known)
  if (known.has(about) || known.size >= maxWarnings) return
  known.add(about)
  logger.warn(code, message)
}
