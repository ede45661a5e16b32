import { styleText } from "node:util"

type Style = Parameters<typeof styleText>[0]

/** Prints what the user asked for. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Prints warnings and errors, which stay visible where the output is piped into a file. */
export function warn(text: string): void {
  process.stderr.write(`${text}\n`)
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
