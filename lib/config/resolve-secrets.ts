import { randomBytes } from "node:crypto"
import { ConfigError } from "../errors.js"
import type { Environment } from "./env.js"
import type { Logger } from "./logger.js"
import type { ExpressAuthConfig } from "./options.js"

/** One secret per process, so that several instances accept each other's cookies. */
let developmentSecret: string | undefined

/**
 * Returns the secrets, newest first: those of the option, else of the environment, else, outside production, a random
 * one that lasts until the process ends.
 *
 * @throws {ConfigError} `ERR_AUTH_MISSING_SECRET`, `ERR_AUTH_WEAK_SECRET`, `ERR_AUTH_INVALID_OPTION`
 */
export function resolveSecrets(
  { secret }: Pick<ExpressAuthConfig, "secret">,
  env: Environment,
  logger: Logger,
): readonly [string, ...string[]] {
  const given = [!secret || secret.length === 0 ? env.secrets : secret].flat().filter((value) => value !== "")
  if (given.some((value) => typeof value !== "string"))
    throw new ConfigError("ERR_AUTH_INVALID_OPTION", "`secret` must be a string or an array of strings.")
  const [newest, ...older] = given
  if (newest === undefined) return [generateSecret(env, logger)]
  if (newest.length < 32) rejectWeakSecret(newest, env, logger)
  return [newest, ...older]
}

function generateSecret({ production, formerName }: Environment, logger: Logger): string {
  const fix = `Set AUTH_SECRET to the output of \`openssl rand -base64 33\`.${formerName("AUTH_SECRET")}`
  if (production)
    throw new ConfigError("ERR_AUTH_MISSING_SECRET", `No secret is set, and NODE_ENV is "production". ${fix}`)
  if (!developmentSecret)
    logger.warn("development-secret", `No secret is set: using a random one until this process ends. ${fix}`)
  developmentSecret ??= randomBytes(32).toString("base64url")
  return developmentSecret
}

function rejectWeakSecret(secret: string, { production }: Environment, logger: Logger): void {
  const message =
    `The newest secret has ${secret.length} characters; expected at least 32. Put the output of ` +
    "`openssl rand -base64 33` before it (AUTH_SECRET_1), and keep the short one after it until its sessions have expired."
  if (production) throw new ConfigError("ERR_AUTH_WEAK_SECRET", message)
  logger.warn("weak-secret", message)
}
