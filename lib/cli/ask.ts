import { CliError } from "./cli-error.js"
import { isInteractive } from "./terminal.js"

/** The prompts load with the first question: most commands ask none. */
const loadPrompts = () => import("@clack/prompts")

/**
 * Asks for a yes.
 *
 * @throws {CliError} without a terminal, where the option `--yes` answers instead
 */
export async function confirm(message: string): Promise<boolean> {
  if (!isInteractive())
    throw new CliError("There is no terminal to ask on: nothing was written. Pass --yes to apply this.")
  const prompts = await loadPrompts()
  return (await prompts.confirm({ message })) === true
}

/**
 * Asks to choose one of several values.
 *
 * @param choices the labels by value; the first is the default
 * @returns the first value without a terminal
 * @throws {CliError} if the question is cancelled
 */
export async function choose(message: string, choices: Readonly<Record<string, string>>): Promise<string> {
  const options = Object.entries(choices).map(([value, label]) => ({ value, label }))
  if (!isInteractive()) return options[0]?.value ?? ""
  const prompts = await loadPrompts()
  const answer = await prompts.select({ message, options })
  if (prompts.isCancel(answer)) throw new CliError("Cancelled: nothing was written.")
  return answer
}
