import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto"
import { promisify } from "node:util"

/** The stored form of a password. */
export interface PasswordHash {
  readonly salt: string
  readonly key: Buffer
}

const derive = promisify<string, string, number, ScryptOptions, Buffer>(scrypt)
const cost: ScryptOptions = { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 26 }
const unknownUser: PasswordHash = { salt: "", key: Buffer.alloc(64) }

/** Slow on purpose, to limit how many passwords a thief of the hashes can try. */
export async function hashPassword(
  password: string,
  salt = randomBytes(16).toString("hex"),
): Promise<PasswordHash> {
  return { salt, key: await derive(password, salt, 64, cost) }
}

/** Takes as long for an unknown name (`undefined`) as for a wrong password, to hide which accounts exist. */
export async function isPassword(password: string, stored: PasswordHash | undefined): Promise<boolean> {
  const { salt, key } = stored ?? unknownUser
  const typed = await hashPassword(password, salt)
  return timingSafeEqual(typed.key, key) && stored !== undefined
}
