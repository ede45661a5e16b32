import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto"
import { ExpressAuthError } from "../errors.js"
import { Semaphore } from "../stores/semaphore.js"

/** What a hash costs, see RFC 7914. It takes 128 · 2^ln · r bytes of memory. */
export interface ScryptCost {
  /** The binary logarithm of N, the cost in processor time and memory. */
  readonly ln: number
  /** The size of a block. */
  readonly r: number
  /** How often the computation is repeated. */
  readonly p: number
}

/**
 * What OWASP recommends at least: 128 MiB, about half a second.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
export const recommendedCost: ScryptCost = { ln: 17, r: 8, p: 1 }

/** Stored hashes may cost more than ours, but not so much that one sign-in could exhaust the process. */
const maxCost = { memory: 1024 ** 3, p: 16 }

/** Two of the four threads of Node's pool, so that files and DNS do not wait for passwords. At most 256 MiB. */
const permits = new Semaphore(2)

/** Milliseconds to wait for a permit. */
const patience = 10_000

const saltBytes = 16
const keyBytes = 32

interface StoredHash {
  readonly cost: ScryptCost
  readonly salt: Buffer
  readonly key: Buffer
}

/**
 * Hashes a password with scrypt, off the event loop.
 *
 * @returns the hash as a PHC string, `$scrypt$ln=17,r=8,p=1$<salt>$<key>`
 * @throws {ExpressAuthError} `ERR_AUTH_PASSWORD` (503) if too many passwords are being hashed
 * @see https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
 */
export async function scryptHash(password: string, cost: ScryptCost = recommendedCost): Promise<string> {
  const salt = randomBytes(saltBytes)
  return format({ cost, salt, key: await deriveKey(password, salt, { cost, length: keyBytes }) })
}

/**
 * Whether a password has a hash that {@link scryptHash} returned. Takes equally long for a wrong password.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_PASSWORD`: 503 if too many passwords are being hashed, 500 if the hash is not one
 * of scrypt or costs more than a process can afford
 */
export async function scryptVerify(password: string, hash: string): Promise<boolean> {
  const { cost, salt, key } = parse(hash)
  return timingSafeEqual(key, await deriveKey(password, salt, { cost, length: key.length }))
}

/** Whether a hash has the form of scrypt's. */
export function isScryptHash(hash: string): boolean {
  return hash.startsWith("$scrypt$")
}

/** Whether a hash costs less than new ones do. */
export function isCheaper(hash: string, than: ScryptCost = recommendedCost): boolean {
  const { cost } = parse(hash)
  return cost.ln < than.ln || cost.r < than.r || cost.p < than.p
}

/** Returns a hash that no password has. Verifying it takes as long as verifying a real one. */
export function decoyHash(cost: ScryptCost = recommendedCost): string {
  return format({ cost, salt: randomBytes(saltBytes), key: randomBytes(keyBytes) })
}

function format({ cost: { ln, r, p }, salt, key }: StoredHash): string {
  const [saltText, keyText] = [salt, key].map((bytes) => bytes.toString("base64").replace(/=+$/, ""))
  return `$scrypt$ln=${ln},r=${r},p=${p}$${saltText}$${keyText}`
}

const phc = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

function parse(hash: string): StoredHash {
  const [, ln, r, p, salt = "", key = ""] = phc.exec(hash) ?? []
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  if (!isAffordable(cost))
    throw new ExpressAuthError(
      "ERR_AUTH_PASSWORD",
      "A stored password hash is not one of scrypt, or costs more than 1 GiB. Give Password() a `hash` that verifies it.",
    )
  return { cost, salt: Buffer.from(salt, "base64"), key: Buffer.from(key, "base64") }
}

/** False for `NaN`, too. */
function isAffordable({ ln, r, p }: ScryptCost): boolean {
  return ln >= 1 && r >= 1 && p >= 1 && p <= maxCost.p && 128 * 2 ** ln * r <= maxCost.memory
}

async function deriveKey(
  password: string,
  salt: Buffer,
  { cost: { ln, r, p }, length }: { cost: ScryptCost; length: number },
): Promise<Buffer> {
  if (!(await permits.acquire(patience))) throw tooBusy()
  try {
    const N = 2 ** ln
    return await compute(password, salt, { length, N, r, p, maxmem: 128 * r * (N + p + 2) })
  } finally {
    permits.release()
  }
}

function compute(
  password: string,
  salt: Buffer,
  { length, ...options }: ScryptOptions & { length: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(password, salt, length, options, (error, key) => (error ? reject(error) : resolve(key))),
  )
}

function tooBusy(): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_PASSWORD",
    `Too many passwords are being hashed: this one waited ${patience / 1000} seconds. Limit sign-ins, or add processes.`,
    { status: 503 },
  )
}
