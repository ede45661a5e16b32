import type { BreachCheck } from "./breached-passwords.js"
import { lengthOf } from "./prepare-password.js"

/** Why a new password was refused. */
export type PasswordProblem =
  | "PasswordInvalid"
  | "PasswordTooShort"
  | "PasswordTooLong"
  | "PasswordContainsName"
  | "PasswordCommon"
  | "PasswordBreached"

/** What a new password must fulfil. There are no rules about kinds of characters, as NIST SP 800-63B recommends. */
export interface PasswordPolicy {
  /** The minimum number of characters. */
  readonly minLength: number
  /** The maximum number of characters. */
  readonly maxLength: number
  /** Asks whether a password has appeared in a breach; `undefined` to ask nothing. */
  readonly isBreached?: BreachCheck | undefined
}

/** Names shorter than this are refused as the whole password only: many passwords contain "ada". */
const minNameLength = 4

/**
 * Returns why a new password is not allowed, or `undefined` if it is.
 *
 * @param password as `preparePassword` returned it
 * @param names the user's address and name, which the password must not contain
 * @see https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
 */
export async function findPasswordProblem(
  password: string | undefined,
  names: readonly string[],
  { minLength, maxLength, isBreached }: PasswordPolicy,
): Promise<PasswordProblem | undefined> {
  if (password === undefined) return "PasswordInvalid"
  const length = lengthOf(password)
  if (length < minLength) return "PasswordTooShort"
  if (length > maxLength) return "PasswordTooLong"
  if (containsName(password, names)) return "PasswordContainsName"
  if (await isCommon(password)) return "PasswordCommon"
  if (await isBreached?.(password)) return "PasswordBreached"
  return undefined
}

/** Whether a password contains an address, the part before its @, or a name. */
function containsName(password: string, names: readonly string[]): boolean {
  const folded = fold(password)
  const terms = names.flatMap((name) => [name, name.split("@", 1)[0] ?? ""]).map(fold)
  return terms.some(
    (term) => term !== "" && (lengthOf(term) < minNameLength ? folded === term : folded.includes(term)),
  )
}

/** Eight digits, most of which are a date. */
const date = /^\d{8}$/

/** The list loads with the first new password. */
async function isCommon(password: string): Promise<boolean> {
  if (date.test(password)) return true
  const { commonPasswords } = await import("./common-passwords.js")
  return commonPasswords.has(fold(password).trim())
}

function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase()
}
