import type { OAuthConfig, Provider } from "@auth/core/providers"
import { ConfigError } from "../errors.js"
import type { Environment, ProviderVariables } from "./env.js"
import { providerVariable } from "./env.js"
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
  if (isOAuthProvider(provider)) checkOAuthProvider(provider, id, logger)
  if (provider.type === "credentials" && typeof providerSetting(provider, "authorize") !== "function")
    fail(`Provider "${id}" has no \`authorize\`. Add an async function that returns the user, or null.`)
  if (provider.type === "email") checkEmailProvider(provider, id)
}

/** Core's mailers over HTTP; without their key they fail at the first mail. */
const keyedMailers = new Set(["forwardemail", "loops", "mailgun", "postmark", "resend", "sendgrid"])

function checkEmailProvider(provider: EmailProvider, id: string): void {
  if (typeof providerSetting(provider, "sendVerificationRequest") !== "function")
    fail(`Provider "${id}" has no \`sendVerificationRequest\`. Use Nodemailer, Resend, … or write one.`)
  const ownMailer = typeof provider.options?.sendVerificationRequest === "function"
  if (keyedMailers.has(provider.id) && !ownMailer && !providerSetting(provider, "apiKey"))
    fail(`Provider "${id}" has no API key. Set ${providerVariable(provider.id)}_KEY, or pass \`apiKey\`.`)
}

function checkOAuthProvider(provider: OAuthProvider, id: string, logger: Logger): void {
  const variable = providerVariable(provider.id)
  const issuer = providerSetting(provider, "issuer")
  checkEndpoints(provider, id, issuer)
  if (!providerSetting(provider, "clientId"))
    fail(`Provider "${id}" has no client id. Set ${variable}_ID, or pass \`clientId\`.`)
  if (needsSecret(provider) && !providerSetting(provider, "clientSecret"))
    fail(
      `Provider "${id}" has no client secret. Set ${variable}_SECRET, pass \`clientSecret\`, or for a public client ` +
        'pass `client: { token_endpoint_auth_method: "none" }`.',
    )
  if (provider.checks?.includes("none"))
    logger.warn(
      "checks-none",
      `Provider "${id}" runs without state, PKCE and nonce: a stranger can sign people in as somebody else there.`,
    )
}

function checkEndpoints(provider: OAuthProvider, id: string, issuer: unknown): void {
  const variable = `${providerVariable(provider.id)}_ISSUER`
  for (const key of ["authorization", "token", "userinfo"] as const) {
    const given = [provider.options?.[key], provider[key]]
    const url = given.map(urlOf).find((found) => found !== undefined)
    if (url === undefined && !issuer && !(key === "userinfo" && given.some(hasRequest)))
      fail(
        `Provider "${id}" has neither \`issuer\` nor a \`${key}\` endpoint. Set ${variable}, or pass \`issuer\` (its ` +
          "discovery document is read) or the endpoint's URL.",
      )
    if (url !== undefined && !isEndpointUrl(url))
      fail(
        `The \`${key}\` endpoint of provider "${id}" is "${url}", which is no address. Set ${variable}, or pass what ` +
          `the provider makes its addresses from (https://authjs.dev/getting-started/providers/${provider.id}).`,
      )
  }
}

function urlOf(endpoint: unknown): string | undefined {
  const url = typeof endpoint === "object" && endpoint !== null && "url" in endpoint ? endpoint.url : endpoint
  return (typeof url === "string" && url !== "") || url instanceof URL ? String(url) : undefined
}

/** A function of the provider's own asks for the profile, wherever it is (Todoist). */
function hasRequest(endpoint: unknown): boolean {
  return typeof endpoint === "object" && endpoint !== null && "request" in endpoint
}

/** A provider that was not told its tenant makes addresses such as `https://undefined.example.com`. */
function isEndpointUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:/i.test(url) && !/\bundefined\b/.test(url)
}

function needsSecret(provider: OAuthProvider): boolean {
  const client = providerSetting(provider, "client") as OAuthConfig<unknown>["client"]
  const method = client?.token_endpoint_auth_method
  return method !== "none" && method !== "private_key_jwt"
}

function fail(message: string): never {
  throw new ConfigError("ERR_AUTH_PROVIDER", message)
}
