/** Whether a text and a value of an answer contain each other. Values under four characters occur in any text. */
export function repeats(text: string, value: unknown): boolean {
  return typeof value === "string" && value.length >= 4 && (text.includes(value) || value.includes(text))
}
