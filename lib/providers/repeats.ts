/** Whether a message and a value contain each other. Values under four characters occur in any message. */
export function repeats(text: string, value: unknown): boolean {
  return typeof value === "string" && value.length >= 4 && (text.includes(value) || value.includes(text))
}
