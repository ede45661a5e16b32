import { randomBytes } from "node:crypto"
import { ConfigError } from "../errors.js"
import type { Environment } from "./env.js"
import type { Logger } from "./logger.js"
import type { ExpressAuthConfig } from "./options.js"

/** One secret per process, so that every instance in it understands the others' cookies. */
let developmentSecret: string | undefined

/**
 * The secrets, newest first: the option, else the environment, else, outside production, one made up.
 *
 * @throws {ConfigError} `ERR_AUTH_MISSING_SECRET`, `ERR_AUTH_WEAK_SECRET`, `ERR_AUTH_INVALID_OPTION`
 */
export function resolveSecrets(
  { secret }: Pick<ExpressAuthConfig, "secret">,
  env: Environment,
  logger: Logger,
): readonly [string, ...string[]] {
  const given = [secret?.length ? secret : env.secrets].flat().filter((value) => value !== "")
  if (given.some((value) => typeof value !== "string"))
    throw new ConfigError("ERR_AUTH_INVALID_OPTION", "`secret` must be a string, or a list of strings.")
  const [newest, ...older] = given
  if (newest === undefined) return [inventSecret(env, logger)]
  if (newest.length < 32) rejectWeakSecret(newest, env, logger)
  return [newest, ...older]
}

function inventSecret({ production, formerName }: Environment, logger: Logger): string {
  const fix = `Set AUTH_SECRET to the output of \`openssl rand -base64 33\`.${formerName("AUTH_SECRET")}`
  if (production)
    throw new ConfigError("ERR_AUTH_MISSING_SECRET", `No secret, and NODE_ENV is "production". ${fix}`)
  if (!developmentSecret)
    logger.warn("development-secret", `No secret: using one until this process ends. ${fix}`)
  developmentSecret ??= randomBytes(32).toString("base64url")
  return developmentSecret
}

function rejectWeakSecret(secret: string, { production }: Environment, logger: Logger): void {
  const message =
    `The newest secret has ${secret.length} characters; at least 32 are needed. Put the output of ` +
    "`openssl rand -base64 33` before it (AUTH_SECRET_1), and keep the short one after it until its sessions have ended."
  if (production) throw new ConfigError("ERR_AUTH_WEAK_SECRET", message)
  logger.warn("weak-secret", message)
}
