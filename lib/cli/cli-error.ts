/** The exit codes of every command. */
export const exitCodes = {
  /** The command did what it was asked to do. */
  done: 0,
  /** It refused, failed, or found a problem. */
  failed: 1,
  /** The command line is wrong: nothing was done. */
  usage: 2,
} as const

/** A failure that the user can fix. The terminal shows the message without a stack. */
export class CliError extends Error {
  override readonly name: string = "CliError"
  /** Becomes the exit code of the process. */
  readonly exitCode: number

  constructor(message: string, exitCode: number = exitCodes.failed) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The command line is wrong. */
export class UsageError extends CliError {
  override readonly name = "UsageError"

  constructor(message: string) {
    super(message, exitCodes.usage)
  }
}
