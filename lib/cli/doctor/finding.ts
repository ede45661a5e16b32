/** How a check ended: `problem` makes the exit code 1. */
export type Level = "ok" | "warning" | "problem"

/** The result of one check. */
export interface Finding {
  /** The check, as in the check-list of the deployment guide. */
  readonly id: string
  /** How it ended. */
  readonly level: Level
  /** What was found, on one line. Never contains a secret. */
  readonly text: string
  /** What to do. */
  readonly fix?: string
}

/** A check that passed. */
export function ok(id: string, text: string): Finding {
  return { id, level: "ok", text: onOneLine(text) }
}

/** Something that may be intended. */
export function warning(id: string, text: string, fix: string): Finding {
  return { id, level: "warning", text: onOneLine(text), fix }
}

/** Something that does not work, or is not safe. */
export function problem(id: string, text: string, fix: string): Finding {
  return { id, level: "problem", text: onOneLine(text), fix }
}

/** Values of variables can contain line breaks, and what looks like another finding. */
function onOneLine(text: string): string {
  return text.replaceAll(/\p{C}+/gu, " ")
}

/** Returns the message of an error and of its causes on one line. `fetch` says only "fetch failed" itself. */
export function reasonOf(error: unknown): string {
  const parts: string[] = []
  for (let current = error; current instanceof Error && parts.length < 4; current = current.cause)
    if (current.message) parts.push(current.message)
  return printable(parts.join(": ") || String(error))
}

/** Makes what strangers wrote safe for a terminal: one line without control characters, and of limited length. */
export function printable(text: string): string {
  return onOneLine(text).slice(0, 300)
}
