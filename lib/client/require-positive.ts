/**
 * Checks an option in seconds.
 *
 * @returns its milliseconds
 * @throws {TypeError}
 */
export function requirePositive(seconds: number): number {
  if (seconds > 0) return seconds * 1000
  throw new TypeError(`Expected seconds, not ${seconds}`)
}
