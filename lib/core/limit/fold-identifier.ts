import { domainToASCII } from "node:url"

/** Of these every dot in the name before `@` is ignored. */
const dotless = new Set(["gmail.com", "googlemail.com"])

/**
 * One spelling for all that mean the same person, to count by: letter case, look-alike characters, invisible ones and
 * spaces; of an e-mail address also what mail servers ignore, such as `+shop` in `ada+shop@example.com`. It is never shown
 * and nothing is sent to it: two that are taken for one share a limit, no more.
 */
export function foldIdentifier(identifier: string): string {
  const plain = identifier
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\p{Cc}\p{Cf}\p{Z}\s]+/gu, "")
  const [local = "", domain, ...more] = plain.split("@")
  return domain === undefined || more.length > 0 ? plain : foldAddress(local, domain)
}

function foldAddress(local: string, domain: string): string {
  const host = (domainToASCII(domain) || domain).replace(/\.$/, "")
  const name = local.replace(/(?<=.)\+.*$/, "")
  return dotless.has(host) ? `${name.replaceAll(".", "")}@gmail.com` : `${name}@${host}`
}
