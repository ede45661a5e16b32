/** Returns what a client sent as a string, without the character U+0000, which PostgreSQL does not store. */
export function toText(value) {
  return typeof value === "string" ? value.replaceAll("\0", "") : ""
}
