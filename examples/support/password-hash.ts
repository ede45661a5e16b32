import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto"
import { promisify } from "node:util"

/** What is stored of a password. */
export interface PasswordHash {
  readonly salt: string
  readonly key: Buffer
}

const derive = promisify<string, string, number, ScryptOptions, Buffer>(scrypt)
const cost: ScryptOptions = { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 26 }
const nobody: PasswordHash = { salt: "", key: Buffer.alloc(64) }

/** Slow on purpose: whoever steals the hashes can try but few passwords. */
export async function hashPassword(
  password: string,
  salt = randomBytes(16).toString("hex"),
): Promise<PasswordHash> {
  return { salt, key: await derive(password, salt, 64, cost) }
}

/** An unknown name, `undefined`, takes as long as a wrong password, so that nobody learns who has an account. */
export async function isPassword(password: string, stored: PasswordHash | undefined): Promise<boolean> {
  const { salt, key } = stored ?? nobody
  const typed = await hashPassword(password, salt)
  return timingSafeEqual(typed.key, key) && stored !== undefined
}
