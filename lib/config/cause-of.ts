/** Returns the cause of an error. Core puts it into `cause.err` instead of `cause`. */
export function causeOf(error: Error): Error | undefined {
  const { cause } = error
  if (cause instanceof Error) return cause
  const inner = typeof cause === "object" && cause !== null && "err" in cause ? cause.err : undefined
  return inner instanceof Error ? inner : undefined
}
