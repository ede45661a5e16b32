import type { Logger } from "../../lib/config/logger.js"

/** A logger that records its entries, oldest first. */
export function recordingLogger() {
  const errors: unknown[][] = []
  const warnings: unknown[][] = []
  const messages: unknown[][] = []
  const logger: Logger = {
    error: (...said) => void errors.push(said),
    warn: (...said) => void warnings.push(said),
    debug: (...said) => void messages.push(said),
  }
  return { logger, errors, warnings, messages }
}
