import { decoyHash, isCheaper, isScryptHash, scryptHash, scryptVerify } from "./scrypt-hash.js"

type Awaitable<Value> = Value | PromiseLike<Value>

/**
 * Hashes of an app's own. With `verify` alone it reads the hashes that another library wrote, and each is replaced by
 * scrypt's when its user signs in. With `hash` too, new hashes are its own, and those of scrypt are replaced.
 */
export interface CustomHash {
  /**
   * Hashes a new password. Call a library that does so off the event loop.
   *
   * @param password normalised, 8 to 256 characters; bcrypt would ignore what follows the 72nd byte
   * @returns the hash with its salt and cost, as text
   * @default scrypt with the figures that OWASP recommends
   */
  hash?(password: string): Awaitable<string>
  /**
   * Whether a password has a stored hash that is not one of scrypt.
   *
   * @param password normalised
   * @param hash as stored
   */
  verify(password: string, hash: string): Awaitable<boolean>
  /**
   * Whether to hash the password again at the next sign-in, e.g. because the cost has risen.
   *
   * @default false if there is a `hash`, else true
   */
  needsRehash?(hash: string): boolean
}

/** Hashes and verifies passwords. */
export interface PasswordHashes {
  /** Hashes a new password. */
  hash(password: string): Promise<string>
  /** Whether a password has a stored hash. */
  verify(password: string, hash: string): Promise<boolean>
  /** Whether to replace a stored hash when its password is known, i.e. at a sign-in. */
  needsRehash(hash: string): boolean
  /** Takes as long as `verify`, for names without a password. */
  simulate(password: string): Promise<void>
}

/** Combines scrypt with the hashes of an app, if it has its own. */
export function createPasswordHashes(custom?: CustomHash): PasswordHashes {
  const writesOwn = custom?.hash !== undefined
  const hash = async (password: string) => (custom?.hash ? custom.hash(password) : scryptHash(password))
  const verify = async (password: string, stored: string) =>
    custom && !isScryptHash(stored) ? custom.verify(password, stored) : scryptVerify(password, stored)
  let decoy: Promise<string> | undefined
  return {
    hash,
    verify,
    needsRehash: (stored) => {
      if (isScryptHash(stored)) return writesOwn || isCheaper(stored)
      return custom?.needsRehash?.(stored) ?? !writesOwn
    },
    simulate: async (password) => {
      decoy ??= writesOwn ? hash(decoyHash().slice(-32)) : Promise.resolve(decoyHash())
      decoy.catch(() => {
        decoy = undefined
      })
      await verify(password, await decoy)
    },
  }
}
