import type { Environment } from "./env.js"
import type { Logger } from "./logger.js"
import type { ResolvedProvider } from "./resolve-providers.js"

/** The key under which the definition of a provider says that it exists in development only. */
export const developmentOnly: unique symbol = Symbol("express-authjs.developmentOnly")

/** Whether a provider exists in development only. */
export function isDevelopmentOnly(provider: object): boolean {
  return developmentOnly in provider
}

/**
 * Leaves out the providers that exist in development only, anywhere else, with one warning that names them. A test run
 * expects that, and gets no warning.
 */
export function dropDevelopmentOnly(
  providers: readonly ResolvedProvider[],
  { development, test }: Pick<Environment, "development" | "test">,
  logger: Logger,
): readonly ResolvedProvider[] {
  const dropped = development ? [] : providers.filter(isDevelopmentOnly)
  if (dropped.length === 0) return providers
  const left = providers.filter((provider) => !isDevelopmentOnly(provider))
  if (test) return left
  const ids = dropped.map(({ id }) => `"${id}"`).join(", ")
  logger.warn(
    "development-only",
    `Left out the provider ${ids}: anyone could sign in as anyone, so it exists only where NODE_ENV is "development".`,
  )
  return left
}
