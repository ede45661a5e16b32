import { styleText } from "node:util"

type Style = Parameters<typeof styleText>[0]

/** The codes of the styles that `paint` is called with. */
const styles = "\u001b\\[(?:1|2|22|31|32|33|36|39)m"

/** Control characters, except for line ends, tabs and {@link styles}. */
const unsafe = new RegExp(`(?!${styles})[^\\P{C}\\n\\t]`, "gu")

/** File names and messages may contain escape sequences that hide or forge lines. */
function printable(text: string): string {
  return text.replaceAll(unsafe, "\u{fffd}")
}

/** Prints what the user asked for. */
export function print(text: string): void {
  process.stdout.write(`${printable(text)}\n`)
}

/** Prints warnings and errors, which stay visible where the output is piped into a file. */
export function warn(text: string): void {
  process.stderr.write(`${printable(text)}\n`)
}

/** Prints what was done. */
export function succeed(text: string): void {
  print(`${paint("green", "✓")} ${text}`)
}

/** Prints what the user should look at. */
export function caution(text: string): void {
  warn(`${paint("yellow", "!", process.stderr)} ${text}`)
}

/** Colours a text, unless the output is no terminal or NO_COLOR is set. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream })
}

/** Whether a person is there to answer questions: input and output are terminals, outside CI. */
export function isInteractive(): boolean {
  return Boolean(process.stdin.isTTY && process.stdout.isTTY && !process.env.CI)
}
