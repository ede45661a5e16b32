import type { Provider } from "@auth/core/providers"
import { ConfigError } from "../errors.js"
import type { Environment, ProviderVariables } from "./env.js"
import type { Logger } from "./logger.js"

/** A provider as core takes it, called and completed from the environment; `options` holds the user's part. */
export type ResolvedProvider = Exclude<Provider, (...args: never[]) => unknown>
export type OAuthProvider = Extract<ResolvedProvider, { type: "oauth" | "oidc" }>
type EmailProvider = Extract<ResolvedProvider, { type: "email" }>

/**
 * Calls provider functions, fills in `AUTH_{PROVIDER}_*` and checks that each provider can work.
 * The user's objects are copied, never changed.
 *
 * @throws {ConfigError} `ERR_AUTH_PROVIDER`
 */
export function resolveProviders(
  providers: readonly Provider[],
  env: Environment,
  logger: Logger,
): readonly ResolvedProvider[] {
  const resolved = providers.map((provider, index) => resolveProvider(provider, index, env))
  for (const provider of resolved) checkProvider(provider, logger)
  const ids = resolved.map(providerId)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice) fail(`Two providers have the id "${twice}". Give one of them another \`id\`.`)
  return resolved
}

/** The id in URLs and accounts: the user's, or the provider's own. */
export function providerId({ id, options }: ResolvedProvider): string {
  const own = options?.id
  return typeof own === "string" ? own : id
}

/** The provider that has an id, where one of them does. */
export function providerById(
  providers: readonly ResolvedProvider[],
  id: string | undefined,
): ResolvedProvider | undefined {
  return providers.find((provider) => providerId(provider) === id)
}

/** One setting of a provider, the user's before the provider's default, as core merges them. */
export function providerSetting<Key extends string>(provider: ResolvedProvider, key: Key): unknown {
  const own = provider.options?.[key as keyof typeof provider.options]
  return own ?? (provider as Partial<Record<Key, unknown>>)[key]
}

export function isOAuthProvider(provider: ResolvedProvider): provider is OAuthProvider {
  return provider.type === "oauth" || provider.type === "oidc"
}

function resolveProvider(provider: Provider, index: number, env: Environment): ResolvedProvider {
  const { definition, variables } = callProvider(provider, index, env)
  requireDefinition(definition, index)
  const copy: ResolvedProvider = { ...definition }
  if (isOAuthProvider(copy)) return completeOAuth(copy, variables)
  if (copy.type === "email" && variables.apiKey) copy.apiKey ||= variables.apiKey
  return copy
}

const providerTypes = ["oauth", "oidc", "email", "credentials", "webauthn"]

function requireDefinition(definition: ResolvedProvider | undefined | null, index: number): void {
  if (typeof definition !== "object" || definition === null || !definition.id || !definition.type)
    fail(
      `providers[${index}] is not a provider: expected a function such as GitHub, its result, or an object with ` +
        "`id`, `name` and `type`.",
    )
  if (!providerTypes.includes(definition.type))
    fail(
      `Provider "${definition.id}" has the type "${definition.type}"; expected one of ${providerTypes.join(", ")}.`,
    )
}

/** These put their paths straight after the issuer. */
const issuerEndsInSlash = new Set(["osso", "workos"])

function withIssuerAsExpected(id: string, { issuer, ...rest }: ProviderVariables): ProviderVariables {
  if (issuer === undefined) return rest
  return { ...rest, issuer: issuerEndsInSlash.has(id) ? issuer.replace(/\/?$/, "/") : issuer }
}

/** A provider passed uncalled (`GitHub`) learns its id first, then gets its variables, as in core. */
function callProvider(provider: Provider, index: number, env: Environment) {
  try {
    if (typeof provider !== "function")
      return { definition: provider, variables: env.provider(provider?.id ?? "") }
    const { id } = provider({})
    const variables = withIssuerAsExpected(id, env.provider(id))
    return { definition: provider(variables), variables }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError("ERR_AUTH_PROVIDER", `providers[${index}] could not be set up: ${reason}`, {
      cause,
    })
  }
}

function completeOAuth(provider: OAuthProvider, variables: ProviderVariables): ResolvedProvider {
  const { clientId, clientSecret, issuer } = variables
  if (clientId) provider.clientId ??= clientId
  if (clientSecret) provider.clientSecret ??= clientSecret
  if (issuer) provider.issuer ??= issuer
  return requireState(provider)
}

/**
 * Adds the `state` check. Core merges arrays by index, so the whole array goes on both sides; `["none"]` is the
 * user's explicit wish and stays.
 */
function requireState(provider: OAuthProvider): ResolvedProvider {
  const asked = (providerSetting(provider, "checks") as OAuthProvider["checks"]) ?? ["pkce"]
  const checks: OAuthProvider["checks"] =
    asked.includes("state") || asked.includes("none") ? [...asked] : [...asked, "state"]
  const options = { ...provider.options, checks }
  return Object.assign(provider, { checks: [...checks], options })
}

function checkProvider(provider: ResolvedProvider, logger: Logger): void {
  const id = providerId(provider)
  if (!/^[\w.~-]+$/.test(id))
    fail(`The provider id "${id}" cannot stand in a URL. Use letters, digits, "-" and "_".`)
  if (isOAuthProvider(provider)) warnOfMissingChecks(provider, id, logger)
  if (provider.type === "credentials" && typeof providerSetting(provider, "authorize") !== "function")
    fail(`Provider "${id}" has no \`authorize\`. Add an async function that returns the user, or null.`)
  if (provider.type === "email") checkEmailProvider(provider, id, logger)
}

/** What core's mailers send from where they are told nothing. */
const sampleSender = /@authjs\.dev>?$/

function checkEmailProvider(provider: EmailProvider, id: string, logger: Logger): void {
  if (typeof providerSetting(provider, "sendVerificationRequest") !== "function")
    fail(`Provider "${id}" has no \`sendVerificationRequest\`. Use Nodemailer, Resend, … or write one.`)
  const sendsItself = typeof provider.options?.sendVerificationRequest === "function"
  if (!sendsItself && provider.id !== "loops" && sampleSender.test(String(providerSetting(provider, "from"))))
    logger.warn(
      "mail-from",
      `Provider "${id}" has no \`from\`, so its mails come from no-reply@authjs.dev, which mail services refuse. ` +
        'Pass an address of your own: from: "My app <login@example.com>".',
    )
}

function warnOfMissingChecks(provider: OAuthProvider, id: string, logger: Logger): void {
  if (provider.checks?.includes("none"))
    logger.warn(
      "checks-none",
      `Provider "${id}" runs without state, PKCE and nonce: a stranger can sign people in as somebody else there.`,
    )
}

function fail(message: string): never {
  throw new ConfigError("ERR_AUTH_PROVIDER", message)
}
