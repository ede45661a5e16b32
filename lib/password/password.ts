import type { CredentialsConfig } from "@auth/core/providers/credentials"
import { findNearest } from "../config/find-nearest.js"
import { isPasswordProvider, passwordOptions } from "../config/password-provider.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"
import { type BreachOptions, createBreachCheck } from "./breached-passwords.js"
import { type CustomHash, createPasswordHashes, type PasswordHashes } from "./password-hashes.js"
import type { PasswordPolicy } from "./password-policy.js"

/** Options of {@link Password}. */
export interface PasswordOptions {
  /** The minimum number of characters of a new password, at least 8. @default 8 */
  minLength?: number
  /** The maximum number of characters of a new password, at least 64 and at most 1024. @default 256 */
  maxLength?: number
  /**
   * Whether to refuse new passwords that have appeared in a breach, as the range API of Have I Been Pwned tells by five
   * digits of a hash. If it does not respond in time, the password is accepted, and a warning is logged.
   *
   * @default false
   */
  breached?: boolean | BreachOptions
  /** Hashes of the app's own, e.g. of argon2, or those that an earlier library wrote. @default scrypt */
  hash?: CustomHash
}

/**
 * Returns a provider that signs in with an e-mail address and a password. The adapter stores the passwords:
 * `database()` does, in a table of its own.
 *
 * @throws {ConfigError} `ERR_AUTH_UNKNOWN_OPTION`, `ERR_AUTH_INVALID_OPTION`
 * @example
 * ExpressAuth({ adapter: database("sqlite:app.db"), providers: [Password(), Nodemailer({ server, from })] })
 */
export function Password(options: PasswordOptions = {}): CredentialsConfig {
  checkOptions(options)
  return {
    id: "password",
    name: "Password",
    type: "credentials",
    credentials: {
      email: { label: "Email address", type: "email", autocomplete: "username" },
      password: { label: "Password", type: "password", autocomplete: "current-password" },
    },
    authorize: function replaced() {
      return null
    },
    ...{ [passwordOptions]: options },
  }
}

/** What `Password()` works with. */
export interface PasswordKit {
  /** Hashes and verifies. */
  readonly hashes: PasswordHashes
  /** What new passwords must fulfil. */
  readonly policy: PasswordPolicy
}

const kits = new WeakMap<object, PasswordKit>()

/** Returns what the `Password()` of a configuration works with. */
export function passwordKitOf(config: Pick<ResolvedConfig, "providers" | "logger">): PasswordKit {
  const known = kits.get(config.providers)
  if (known) return known
  const provider = config.providers.find(isPasswordProvider) ?? {}
  const options: PasswordOptions = Reflect.get(provider, passwordOptions) ?? {}
  const kit = createKit(options, config)
  kits.set(config.providers, kit)
  return kit
}

function createKit(
  { minLength = 8, maxLength = 256, breached = false, hash }: PasswordOptions,
  { logger }: Pick<ResolvedConfig, "logger">,
): PasswordKit {
  const onFailure = (error: unknown) =>
    logger.warn("password-breached", `Could not ask whether a new password was breached: ${String(error)}`)
  const isBreached = breached && createBreachCheck(breached === true ? {} : breached, onFailure)
  return {
    hashes: createPasswordHashes(hash),
    policy: { minLength, maxLength, ...(isBreached && { isBreached }) },
  }
}

const known = ["minLength", "maxLength", "breached", "hash"]

function checkOptions(options: PasswordOptions): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const nearest = findNearest(unknown, known)
    const fix = nearest ? `Did you mean \`${nearest}\`?` : `It has ${known.join(", ")}.`
    throw new ConfigError("ERR_AUTH_UNKNOWN_OPTION", `Password() has no option \`${unknown}\`. ${fix}`)
  }
  requireLength("minLength", options.minLength, [8, 64])
  requireLength("maxLength", options.maxLength, [64, 1024])
  if (options.hash !== undefined && typeof options.hash?.verify !== "function")
    throw invalid("`hash` needs a function `verify(password, hash)`")
}

function requireLength(name: string, value: number | undefined, [least, most]: [number, number]): void {
  const isAllowed = value === undefined || (Number.isInteger(value) && value >= least && value <= most)
  if (!isAllowed) throw invalid(`\`${name}\` is ${value}; expected a whole number from ${least} to ${most}`)
}

function invalid(problem: string): ConfigError {
  return new ConfigError("ERR_AUTH_INVALID_OPTION", `Password(): ${problem}.`)
}
