import { randomBytes } from "node:crypto"
import { ConfigError } from "../errors.js"
import { readDevelopmentSecret } from "./development-secret.js"
import type { Environment } from "./env.js"
import type { Logger } from "./logger.js"
import type { ExpressAuthConfig } from "./options.js"

/** One secret per process, so that several instances accept each other's cookies. */
let developmentSecret: string | undefined

/**
 * Returns the secrets, newest first: those of the option, else of the environment, else, in development, one that is
 * kept in `node_modules/.cache`, else, outside production, a random one that lasts until the process ends.
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

function generateSecret(env: Environment, logger: Logger): string {
  const fix = `Set AUTH_SECRET to the output of \`npx express-authjs secret --print\`.${env.formerName("AUTH_SECRET")}`
  if (env.production)
    throw new ConfigError("ERR_AUTH_MISSING_SECRET", `No secret is set, and NODE_ENV is "production". ${fix}`)
  developmentSecret ??= env.development ? keptSecret(fix, logger) : randomSecret(`. ${offer} ${fix}`, logger)
  return developmentSecret
}

const offer = "Set NODE_ENV=development on your own machine to keep one between restarts."

/** Only where NODE_ENV is "development": a server without it must not use a file that was copied from a laptop. */
function keptSecret(fix: string, logger: Logger): string {
  try {
    const { secret, path, isNew } = readDevelopmentSecret()
    const message = `No secret is set: created one for development in ${path}. Before you deploy: ${fix}`
    if (isNew) logger.warn("development-secret", message)
    return secret
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return randomSecret(`, since none can be kept between restarts: ${reason}. ${fix}`, logger)
  }
}

function randomSecret(rest: string, logger: Logger): string {
  logger.warn("development-secret", `No secret is set: using a random one until this process ends${rest}`)
  return randomBytes(32).toString("base64url")
}

function rejectWeakSecret(secret: string, { production }: Environment, logger: Logger): void {
  const message =
    `The newest secret has ${secret.length} characters; expected at least 32. Put the output of ` +
    "`npx express-authjs secret --print` before it (AUTH_SECRET_1), and keep the short one after it until its sessions " +
    "have expired."
  if (production) throw new ConfigError("ERR_AUTH_WEAK_SECRET", message)
  logger.warn("weak-secret", message)
}
