import { EmailSignInError } from "@auth/core/errors"

type Normalize = (identifier: string) => string

/** Characters of the input, checked before anything else. */
const maxTypedLength = 320

/**
 * Normalises an address entered in a sign-in form: NFKC, lower case, without surrounding spaces.
 *
 * Mail programs disagree on quotes, comments, lists, encoded words and look-alikes of ASCII characters, and a
 * disagreement can deliver one user's link to another. Refuses everything that is not plainly a single address.
 *
 * @throws {EmailSignInError} for anything but a single address
 */
export function normalizeEmail(identifier: string): string {
  const typed = identifier.trim()
  if (typed.length > maxTypedLength || hasLookAlike(typed)) refuse()
  const address = typed.normalize("NFKC").toLowerCase()
  const [local = "", domain = "", ...more] = address.split("@")
  if (more.length > 0 || address.length > 254 || !isLocal(local) || !isDomain(domain)) refuse()
  return address
}

/**
 * Wraps `provider.normalizeIdentifier`: guarantees its input, and checks its result.
 *
 * @returns a function that throws {@link EmailSignInError} for input that is refused
 */
export function wrapNormalizer(normalize: Normalize = normalizeEmail): Normalize {
  return (identifier: unknown) => {
    if (typeof identifier !== "string" || hasControls(identifier.trim())) refuse()
    const normal = normalizeWith(normalize, identifier)
    if (typeof normal !== "string" || normal === "" || hasControls(normal) || hasEncodedWord(normal)) refuse()
    return normal
  }
}

/** As documented by Auth.js, a normalizer throws to refuse an identifier. */
function normalizeWith(normalize: Normalize, identifier: string): unknown {
  try {
    return normalize(identifier)
  } catch (error) {
    throw error instanceof EmailSignInError ? error : new EmailSignInError(String(error))
  }
}

/**
 * Whether a string contains a character that some program takes for an ASCII one: the Kelvin sign for k, the dotless ı
 * for i, full-width letters, ligatures. Accented letters do not count.
 */
function hasLookAlike(text: string): boolean {
  const others = text.match(/[^\0-\x7f]/gu) ?? []
  return others.some(
    (character) =>
      /[\0-\x7f]/.test(character.normalize("NFKC").toLowerCase()) ||
      /^[\0-\x7f]$/.test(character.toUpperCase()),
  )
}

/** Detects `=?utf-8?q?…?=` (RFC 2047): some mail programs send to the decoded address. */
function hasEncodedWord(text: string): boolean {
  return text.includes("=?")
}

/** Whether the local part consists of atoms (RFC 5322, section 3.2.3) in any script (RFC 6531). */
function isLocal(local: string): boolean {
  return (
    local.length <= 64 &&
    !hasEncodedWord(local) &&
    /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u.test(local)
  )
}

/** Whether the domain is a host name in any script. */
function isDomain(domain: string): boolean {
  return /^(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?)(?:\.[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?)*$/u.test(
    domain,
  )
}

function hasControls(text: string): boolean {
  return /[\p{Cc}\u2028\u2029]/u.test(text)
}

function refuse(): never {
  throw new EmailSignInError(
    "The identifier is not a plain e-mail address; expected one like ada@example.com.",
  )
}
