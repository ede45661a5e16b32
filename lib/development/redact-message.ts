const maxLength = 5000

/**
 * Removes what may be secret from the message of an error: known secrets, passwords in URLs, what follows a name such as
 * `token=`, tokens and long random strings. Cuts off what exceeds 5000 characters.
 *
 * @param secrets values that must not appear in any form
 */
export function redactMessage(message: string, secrets: readonly string[] = []): string {
  const known = secrets.filter((secret) => secret.length >= 4)
  const text = known.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), message)
  return patterns
    .reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text.slice(0, maxLength))
    .replace(/[\w-]{20,}/g, (word) => (isRandom(word) ? "[redacted]" : word))
}

/** Matched in this order. Repetitions are bounded, or messages of strangers could stop the server. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@]{1,256}@/gi, "$1[redacted]@"],
  [
    /\b((?:[a-z]{1,20}_)?(?:token|secret|password|passwd|pwd|code|state|verifier|api_?key|cookie)["']?\s?[=:]\s?["']?)[^\s"'&,;)[]{6,}/gi,
    "$1[redacted]",
  ],
  [/\b(Bearer|Basic)\s[\w.~+/=-]{6,}/g, "$1 [redacted]"],
  [/\beyJ[\w-]+(?:\.[\w-]*)+/g, "[redacted]"],
]

function isRandom(word: string): boolean {
  return /\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word)
}
