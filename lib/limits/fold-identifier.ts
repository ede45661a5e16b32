import { domainToASCII, domainToUnicode } from "node:url"
import { collationClass } from "./collation-class.js"

/** Of these every dot in the name before `@` is ignored. */
const dotless = new Set(["gmail.com", "googlemail.com"])

/**
 * Returns one spelling for all that a database may take for the same name, to count by. It ignores what the coarsest
 * collations ignore: case, accents, width, ligatures, invisible characters, spaces. Of an e-mail address it also ignores
 * what mail servers do, such as `+shop` in `ada+shop@example.com`.
 *
 * The result is never shown, and nothing is sent to it: two people with one spelling share a limit, no more.
 */
export function foldIdentifier(identifier: string): string {
  const [local = "", domain, ...more] = identifier.normalize("NFKC").split("@")
  return domain === undefined || more.length > 0 ? foldText(identifier) : foldAddress(local, domain)
}

/**
 * Returns every spelling a name is counted under: one, or two where collations contradict each other. Those of MySQL before
 * version 8, and of MariaDB, take all characters beyond U+FFFF for the same; later ones tell them apart and may equate them
 * with letters.
 */
export function foldName(name: string): string[] {
  const older = name
    .replace(/[\u{10000}-\u{10ffff}\ud800-\udfff]/gu, "\ufffd")
    .replace(/[\u0345\u037a]/g, "ι")
  return [...new Set([name, older].map(foldIdentifier))]
}

/**
 * Returns one spelling for all texts that the coarsest collations take for the same. Double s becomes one, since ß is either
 * of them, depending on the collation.
 */
export function foldText(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\p{Cc}\p{Cf}\p{Z}\s\u00b7]+/gu, "")
    .replace(/[^\0-\x7f]/gu, collationClass)
    .replace(/s+/g, "s")
}

function foldAddress(local: string, domain: string): string {
  const bare = domain.replace(/[\p{Cc}\p{Cf}\p{Z}\s]+/gu, "")
  const host = foldText(domainToUnicode(domainToASCII(bare)) || bare).replace(/\.$/, "")
  const name = foldText(local).replace(/(?<=.)\+.*$/, "")
  return dotless.has(host) ? `${name.replaceAll(".", "")}@gmail.com` : `${name}@${host}`
}
