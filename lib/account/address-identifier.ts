/** Returns the identifier of a user's rows about addresses, in the table of mailed tokens. */
export function identifierOf(userId: string): string {
  return `address:${userId}`
}
