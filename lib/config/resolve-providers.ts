import type { Provider } from "@auth/core/providers"
import { ConfigError } from "../errors.js"
import type { Environment, ProviderVariables } from "./env.js"
import { describeSuccessor, providerSuccessors } from "./former-names.js"
import type { Logger } from "./logger.js"
import { mergeOptions } from "./merge-provider.js"

/** A provider as a provider function returns it: defaults, and the app's part in `options`. */
export type ProviderDefinition = Exclude<Provider, (...args: never[]) => unknown>

/**
 * A provider with its `options` merged into its defaults and its variables filled in. `type` tells the kinds apart.
 *
 * `definition` keeps the two parts separate, for the few places that tell defaults from options. `definition.id` names
 * the service; `id` is the app's name for it, which URLs and account rows contain.
 */
export type ResolvedProvider = Resolved<ProviderDefinition>

type Resolved<Definition> = Definition extends ProviderDefinition
  ? Omit<Definition, "options"> & { readonly definition: Definition }
  : never

type ProviderOf<Type extends ResolvedProvider["type"]> = Extract<ResolvedProvider, { type: Type }>

/** A provider of OAuth 2.0 or OpenID Connect. Its `checks` contain `"state"` or `"none"`. */
export type OAuthProvider = ProviderOf<"oauth" | "oidc">
/** A provider that mails sign-in links. */
export type EmailProvider = ProviderOf<"email">
/** A provider whose `authorize` checks what a user typed. */
export type CredentialsProvider = ProviderOf<"credentials">
/** A provider of passkeys. */
export type PasskeyProvider = ProviderOf<"webauthn">

/** The part of a provider that describes OAuth 2.0 or OpenID Connect, before its options are merged. */
export type OAuthDefinition = OAuthProvider["definition"]

/**
 * Calls provider functions, fills in `AUTH_{PROVIDER}_*`, merges options and checks that each provider can work. The
 * app's objects are copied, never changed.
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
  const ids = resolved.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice) fail(`Two providers have the id "${twice}". Give one of them another \`id\`.`)
  return resolved
}

/** Whether a provider speaks OAuth 2.0 or OpenID Connect. */
export function isOAuthProvider(provider: ResolvedProvider): provider is OAuthProvider {
  return provider.type === "oauth" || provider.type === "oidc"
}

/** Merges the `options` of a definition into its defaults. */
export function resolveDefinition(definition: OAuthDefinition): OAuthProvider
export function resolveDefinition(definition: ProviderDefinition): ResolvedProvider
export function resolveDefinition(definition: ProviderDefinition): ResolvedProvider {
  return { ...mergeOptions({ ...definition }), definition } as unknown as ResolvedProvider
}

function resolveProvider(provider: Provider, index: number, env: Environment): ResolvedProvider {
  const { definition, variables } = callProvider(provider, index, env)
  requireDefinition(definition, index)
  return resolveDefinition(complete({ ...definition }, variables))
}

/** Fills in what the environment has and neither defaults nor options set. */
function complete(copy: ProviderDefinition, variables: ProviderVariables): ProviderDefinition {
  if (copy.type === "oauth" || copy.type === "oidc") return completeOAuth(copy, variables)
  if (copy.type === "email" && variables.apiKey) copy.apiKey ||= variables.apiKey
  return copy
}

const providerTypes = ["oauth", "oidc", "email", "credentials", "webauthn"]

function requireDefinition(definition: ProviderDefinition | undefined | null, index: number): void {
  if (typeof definition === "object" && definition !== null && "default" in definition)
    fail(
      `providers[${index}] is a module, as require() returns it. Pass its default export, as in GitHub.default.`,
    )
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

/** Core's definitions of these append their paths to the issuer without a slash. */
const issuerEndsInSlash = new Set(["osso", "workos"])

function withIssuerAsExpected(id: string, { issuer, ...rest }: ProviderVariables): ProviderVariables {
  if (issuer === undefined) return rest
  return { ...rest, issuer: issuerEndsInSlash.has(id) ? issuer.replace(/\/?$/, "/") : issuer }
}

/** Calls a provider that was passed uncalled (`GitHub`) once for its id, then with its variables, as core does. */
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

function completeOAuth(definition: OAuthDefinition, variables: ProviderVariables): OAuthDefinition {
  const { clientId, clientSecret, issuer } = variables
  if (clientId) definition.clientId ??= clientId
  if (clientSecret) definition.clientSecret ??= clientSecret
  if (issuer) definition.issuer ??= issuer
  return requireState(definition)
}

/**
 * Adds the `state` check, unless the app asked for `["none"]`. A definition without `options` gets none here: those
 * mark the defaults of a provider function, see `haveSameFunctions`.
 */
function requireState(definition: OAuthDefinition): OAuthDefinition {
  const { options } = definition
  const asked: OAuthProvider["checks"] = options?.checks ?? definition.checks ?? ["pkce"]
  const isComplete = asked.includes("state") || asked.includes("none")
  const checks = isComplete ? [...asked] : [...asked, "state"]
  return Object.assign(definition, options ? { options: { ...options, checks } } : { checks })
}

function checkProvider(provider: ResolvedProvider, logger: Logger): void {
  const { id } = provider
  if (!/^[\w.~-]+$/.test(id))
    fail(`The provider id "${id}" cannot be used in a URL. Use letters, digits, "-" and "_".`)
  if (isOAuthProvider(provider)) rejectFormerNames(provider)
  if (isOAuthProvider(provider)) warnOfMissingChecks(provider, logger)
  if (provider.type === "credentials" && !hasAuthorize(provider))
    fail(`Provider "${id}" has no \`authorize\`. Add an async function that returns the user, or null.`)
  if (provider.type === "email") checkEmailProvider(provider, logger)
}

/** Core's providers with an option `scope`. */
const takesScope = new Set(["azure-devops", "dribbble"])

/** Providers may have members of their own, so only former names are refused. */
function rejectFormerNames(provider: OAuthProvider): void {
  const given: Readonly<Record<string, unknown>> = { ...provider }
  for (const [name, successor] of Object.entries(providerSuccessors)) {
    if (given[name] === undefined || (name === "scope" && takesScope.has(provider.definition.id))) continue
    fail(`Provider "${provider.id}" has the unknown option "${name}".${describeSuccessor(successor)}`)
  }
}

/**
 * Core's own `authorize`, which refuses every user. Known by its text, because `Credentials()` creates a new
 * one at each call, and loading core's module for it would slow down every start.
 */
const refuseAll = "() => null"

/** Whether the app wrote an `authorize`. Without one, every password would be wrong. */
function hasAuthorize({ authorize, definition }: CredentialsProvider): boolean {
  if (typeof definition.options?.authorize === "function") return true
  return typeof authorize === "function" && String(authorize) !== refuseAll
}

/** The sender of core's mailers unless the app sets `from`. */
const sampleSender = /@authjs\.dev>?$/

function checkEmailProvider({ id, from, definition, ...provider }: EmailProvider, logger: Logger): void {
  if (typeof provider.sendVerificationRequest !== "function")
    fail(`Provider "${id}" has no \`sendVerificationRequest\`. Use Nodemailer, Resend, … or write one.`)
  const sendsItself = typeof definition.options?.sendVerificationRequest === "function"
  if (!sendsItself && definition.id !== "loops" && sampleSender.test(String(from)))
    logger.warn(
      "mail-from",
      `Provider "${id}" has no \`from\`, so its mails come from no-reply@authjs.dev, which mail services refuse. ` +
        'Pass an address of your own: from: "My app <login@example.com>".',
    )
}

function warnOfMissingChecks({ id, checks }: OAuthProvider, logger: Logger): void {
  if (checks?.includes("none"))
    logger.warn(
      "checks-none",
      `Provider "${id}" runs without state, PKCE and nonce: an attacker can sign your visitors in to the attacker's ` +
        'account. Remove checks: ["none"] if the provider supports `state`.',
    )
}

function fail(message: string): never {
  throw new ConfigError("ERR_AUTH_PROVIDER", message)
}
