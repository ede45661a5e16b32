import { EmailSignInError } from "@auth/core/errors"

type Normalize = (identifier: string) => string

/** Of what was typed, before it is read character by character. */
const maxTypedLength = 320

/**
 * Reads the address typed into a sign-in form, in one spelling: NFKC, lower case, no spaces around it.
 *
 * Mail programs disagree on quotes, comments, lists, encoded words and look-alikes of ASCII characters, and a disagreement
 * sends one person's link to another: whatever is not plainly one address is refused.
 *
 * @throws {EmailSignInError}
 */
export function normalizeEmail(identifier: string): string {
  const typed = identifier.trim()
  if (typed.length > maxTypedLength || hasLookAlike(typed)) refuse()
  const address = typed.normalize("NFKC").toLowerCase()
  const [local = "", domain = "", ...more] = address.split("@")
  if (more.length > 0 || address.length > 254 || !isLocal(local) || !isDomain(domain)) refuse()
  return address
}

/** `provider.normalizeIdentifier` with what it may rely on, and what may be relied on in its answer. */
export function wrapNormalizer(normalize: Normalize = normalizeEmail): Normalize {
  return (identifier: unknown) => {
    if (typeof identifier !== "string" || hasControls(identifier.trim())) refuse()
    const normal = normalizeWith(normalize, identifier)
    if (typeof normal !== "string" || normal === "" || hasControls(normal) || hasEncodedWord(normal)) refuse()
    return normal
  }
}

/** As Auth.js documents it, a normalizer throws to refuse an identifier. */
function normalizeWith(normalize: Normalize, identifier: string): unknown {
  try {
    return normalize(identifier)
  } catch (error) {
    throw error instanceof EmailSignInError ? error : new EmailSignInError(String(error))
  }
}

/**
 * Whether there is a character that some program takes for an ASCII one: the Kelvin sign for a k, the dotless ı for an i,
 * full-width letters, ligatures. Accented letters stay what they are.
 */
function hasLookAlike(text: string): boolean {
  const others = text.match(/[^\0-\x7f]/gu) ?? []
  return others.some(
    (character) =>
      /[\0-\x7f]/.test(character.normalize("NFKC").toLowerCase()) ||
      /^[\0-\x7f]$/.test(character.toUpperCase()),
  )
}

/** `=?utf-8?q?…?=` (RFC 2047): some mail programs send to what it says when decoded. */
function hasEncodedWord(text: string): boolean {
  return text.includes("=?")
}

/** An atom (RFC 5322, section 3.2.3), in any script (RFC 6531). */
function isLocal(local: string): boolean {
  return (
    local.length <= 64 &&
    !hasEncodedWord(local) &&
    /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u.test(local)
  )
}

/** A host name, in any script. */
function isDomain(domain: string): boolean {
  return /^(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?)(?:\.[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?)*$/u.test(
    domain,
  )
}

function hasControls(text: string): boolean {
  return /[\p{Cc}\u2028\u2029]/u.test(text)
}

function refuse(): never {
  throw new EmailSignInError("This is not an address mail can be sent to")
}
