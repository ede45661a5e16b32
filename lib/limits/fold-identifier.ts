import { domainToASCII, domainToUnicode } from "node:url"
import { collationClass } from "./collation-class.js"
import { applyRare, foldTailored } from "./tailored-letters.js"

/** Domains that ignore dots in the part before `@`. */
const dotless = new Set(["gmail.com", "googlemail.com"])

/**
 * Returns one spelling for all identifiers that a database might consider equal, as a key for limits. It ignores what
 * the coarsest collations ignore: case, accents, width, ligatures, invisible characters and spaces. In an e-mail
 * address it also ignores what mail servers ignore, such as `+shop` in `ada+shop@example.com`.
 *
 * Use the result for counting only. It is neither displayed nor mailed to: two users with the same spelling share a
 * limit, nothing else.
 */
export function foldIdentifier(identifier: string): string {
  const [local = "", domain, ...more] = identifier.normalize("NFKC").split("@")
  return domain === undefined || more.length > 0 ? foldText(identifier) : foldAddress(local, domain)
}

/**
 * Returns the spellings under which a name is counted: one, or two when collations contradict each other. MariaDB and
 * MySQL before version 8 consider all characters beyond U+FFFF equal; later collations distinguish them, and consider
 * some of them equal to letters.
 */
export function foldName(name: string): string[] {
  const older = applyRare(name.replace(/[\u{10000}-\u{10ffff}\ud800-\udfff]/gu, "\ufffd"))
  return [...new Set([name, older].map(foldIdentifier))]
}

/**
 * Returns one spelling for all strings that the coarsest collations consider equal. "ss" becomes "s", because
 * collations differ on which of the two ß equals.
 */
export function foldText(text: string): string {
  const letters = text
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\p{Cc}\p{Cf}\p{Z}\s\u00b7]+/gu, "")
    .replace(/[^\0-\x7f]/gu, collationClass)
  return foldTailored(letters)
}

function foldAddress(local: string, domain: string): string {
  const bare = domain.replace(/[\p{Cc}\p{Cf}\p{Z}\s]+/gu, "")
  const host = foldText(domainToUnicode(domainToASCII(bare)) || bare).replace(/\.$/, "")
  const name = foldText(local).replace(/(?<=.)\+.*$/, "")
  return dotless.has(host) ? `${name.replaceAll(".", "")}@gmail.com` : `${name}@${host}`
}
