import type { Adapter, AdapterUser } from "@auth/core/adapters"
import { AdapterError } from "@auth/core/errors"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ExpressAuthError } from "../errors.js"
import { normalizeEmail, wrapNormalizer } from "../mail/normalize-email.js"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import type { PasswordStore, StoredPassword } from "../stores/password-store.js"
import { type PasswordKit, passwordKitOf } from "./password.js"
import { preparePassword } from "./prepare-password.js"

type Config = Pick<ResolvedConfig, "adapter" | "logger" | "providers">

/** What a visitor entered. */
interface Entered {
  readonly email?: unknown
  readonly password?: unknown
}

/** A user whose password was right. */
export interface VerifiedPassword {
  /** The user. */
  readonly user: AdapterUser
  /**
   * Requires that the password is still the user's, once a session has been stored: a reset in the meantime has ended
   * only the sessions that it found.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_FLOW` (400)
   */
  readonly requireUnchanged: () => Promise<void>
}

/**
 * Finds the user whose address and password a visitor entered. Takes equally long for an unknown address, a user
 * without a password, and a wrong password. Hashes the password again if new hashes cost more.
 *
 * @returns `undefined` for anything else
 * @throws {ExpressAuthError} `ERR_AUTH_PASSWORD` (503) if too many passwords are being hashed
 * @throws {AdapterError} if the database fails
 */
export async function verifyPassword(
  { email, password: typed }: Entered,
  config: Config,
): Promise<VerifiedPassword | undefined> {
  const { hashes } = passwordKitOf(config)
  const passwords = passwordsOf(config)
  const password = preparePassword(typed)
  const address = normalize(email)
  const user = await asking(async () => config.adapter?.getUserByEmail?.(address ?? ""))
  const stored = await asking(() => passwords.get(user?.id ?? ""))
  if (!user || !stored || password === undefined || address === undefined) {
    await hashes.simulate(password ?? "")
    return undefined
  }
  const isRight = (hash: string) => unlessUnreadable(hashes.verify(password, hash), config)
  if (!(await isRight(stored.hash))) return undefined
  const hash = await renew(password, { user, stored, hashes, passwords }, config)
  const requireUnchanged = async () => {
    const now = await asking(() => passwords.get(user.id))
    if (now && (now.hash === hash || (await isRight(now.hash)))) return
    throw changedMeanwhile()
  }
  return { user, requireUnchanged }
}

/** Returns the store of passwords, which the check of the configuration has required. */
export function passwordsOf({ adapter }: Pick<Config, "adapter">): PasswordStore {
  const { passwords } = (adapter ?? {}) as Adapter & Partial<AdapterExtras>
  if (passwords) return passwords
  throw new TypeError("The adapter has no `passwords`")
}

interface Renewal extends Pick<PasswordKit, "hashes"> {
  readonly user: AdapterUser
  readonly stored: StoredPassword
  readonly passwords: PasswordStore
}

/**
 * Replaces a hash that costs less than new ones, unless the password was changed in the meantime. A failure is logged:
 * the next sign-in tries again.
 *
 * @returns the hash that is stored
 */
async function renew(
  password: string,
  { user, stored, hashes, passwords }: Renewal,
  { logger }: Config,
): Promise<string> {
  try {
    if (!hashes.needsRehash(stored.hash)) return stored.hash
    const hash = await hashes.hash(password)
    return (await passwords.replace(user.id, hash, stored.revision)) ? hash : stored.hash
  } catch (error) {
    logger.error(error)
    return stored.hash
  }
}

/** A stored hash that cannot be read is logged, and matches no password. */
async function unlessUnreadable(verified: Promise<boolean>, { logger }: Config): Promise<boolean> {
  try {
    return await verified
  } catch (error) {
    if (error instanceof ExpressAuthError && error.status === 503) throw error
    logger.error(error)
    return false
  }
}

function normalize(email: unknown): string | undefined {
  try {
    return wrapNormalizer(normalizeEmail)(email as string)
  } catch {
    return undefined
  }
}

/** Wraps failures as core wraps those of its own calls to the adapter. */
async function asking<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call()
  } catch (error) {
    const err = error instanceof Error ? error : new Error(String(error))
    throw new AdapterError("Could not read the password", { cause: { err } })
  }
}

function changedMeanwhile(): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_FLOW",
    "The user's password was changed while this sign-in was in progress. Start it again.",
    { status: 400 },
  )
}
