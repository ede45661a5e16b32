/** Control characters, lone surrogates, private use and what this version of Unicode does not define. */
const refused = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}]/u

/** Spaces other than U+0020. */
const otherSpaces = /\p{Zs}/gu

/**
 * Prepares a password as the OpaqueString profile of RFC 8265 does, so that it is the same whatever keyboard it was
 * typed on: every space becomes U+0020, and the text is normalised to NFC. Case and width stay as typed.
 *
 * Characters that Unicode does not define yet are refused: a later version of Node could normalise them differently,
 * and the password would stop working. Unlike the profile, invisible characters such as U+200D are allowed, because
 * emoji consist of them.
 *
 * @param typed what the user entered
 * @returns `undefined` for anything but a text of allowed characters
 * @see https://www.rfc-editor.org/rfc/rfc8265#section-4.2
 */
export function preparePassword(typed: unknown): string | undefined {
  if (typeof typed !== "string" || typed.length > maxTypedLength || refused.test(typed)) return undefined
  return typed.replace(otherSpaces, " ").normalize("NFC")
}

/** Bounds the work for a password; more UTF-16 units than the longest allowed password can have. */
const maxTypedLength = 4096

/** Returns the length of a password in characters (code points), as the limits count it. */
export function lengthOf(password: string): number {
  return [...password].length
}
