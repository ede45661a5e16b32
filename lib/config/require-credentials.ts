import { ConfigError } from "../errors.js"
import { type Environment, providerVariable } from "./env.js"
import { endpointUrl, requestOf } from "./merge-provider.js"
import {
  type EmailProvider,
  isOAuthProvider,
  type OAuthProvider,
  type ResolvedProvider,
} from "./resolve-providers.js"

type Names = Pick<Environment, "formerName">

/** What the configuration specifies of the app's address. */
interface Address {
  readonly origin: string | undefined
  readonly basePath: string | undefined
}

/**
 * Requires client ids, secrets, issuers and API keys of all providers that need them. One error lists everything that
 * is missing, and the callback URLs to register.
 *
 * @throws {ConfigError} `ERR_AUTH_PROVIDER`
 */
export function requireCredentials(
  providers: readonly ResolvedProvider[],
  env: Names,
  address: Address,
): void {
  const missing = providers
    .map((provider) => ({ provider, faults: faultsOf(provider, env) }))
    .filter(({ faults }) => faults.length > 0)
  if (missing.length === 0) return
  const clients = missing.map(({ provider }) => provider).filter(isOAuthProvider)
  const lines = [...missing.flatMap(({ faults }) => faults), ...describeCallbacks(clients, address)]
  throw new ConfigError("ERR_AUTH_PROVIDER", lines.join("\n"))
}

/** Lists the callback URLs. The mount is not known yet, so `/auth` stands for it unless `basePath` is set. */
function describeCallbacks(clients: readonly OAuthProvider[], { origin, basePath }: Address): string[] {
  if (clients.length === 0) return []
  const guessed = [!origin && "the origin", !basePath && "the mount path"].filter(Boolean).join(" and ")
  const base = (origin ?? "http://localhost:3000") + (basePath ?? "/auth")
  return [
    `Callback URLs to register with the services${guessed && ` (insert ${guessed} of your app)`}:`,
    ...clients.map((client) => `  ${base}/callback/${client.id}`),
  ]
}

function faultsOf(provider: ResolvedProvider, env: Names): string[] {
  if (isOAuthProvider(provider)) return oauthFaults(provider, env)
  return provider.type === "email" ? keyFaults(provider, env) : []
}

/** Core's mail providers with an HTTP API. Without a key they fail at the first mail. */
const keyedMailers = new Set(["forwardemail", "loops", "mailgun", "postmark", "resend", "sendgrid"])

function keyFaults({ id, apiKey, definition }: EmailProvider, { formerName }: Names): string[] {
  const { id: service, options } = definition
  const ownMailer = typeof options?.sendVerificationRequest === "function"
  if (!keyedMailers.has(service) || ownMailer || apiKey) return []
  const variable = `${providerVariable(service)}_KEY`
  const fix = `Set ${variable}, or pass \`apiKey\`.${formerName(variable)}`
  return [`Provider "${id}" has no API key. ${fix}`]
}

function oauthFaults(provider: OAuthProvider, { formerName }: Names): string[] {
  const { id, clientId, clientSecret } = provider
  const variable = providerVariable(provider.definition.id)
  const faults = endpointFaults(provider, formerName)
  if (!clientId)
    faults.push(
      `Provider "${id}" has no client id. Set ${variable}_ID, or pass \`clientId\`.${formerName(`${variable}_ID`)}`,
    )
  if (needsSecret(provider) && !clientSecret)
    faults.push(
      `Provider "${id}" has no client secret. Set ${variable}_SECRET, pass \`clientSecret\`, or for a public client ` +
        `pass \`client: { token_endpoint_auth_method: "none" }\`.${formerName(`${variable}_SECRET`)}`,
    )
  return faults
}

/** Returns at most one fault, because setting the issuer fixes all endpoints. */
function endpointFaults(provider: OAuthProvider, formerName: Names["formerName"]): string[] {
  const { id, issuer, definition } = provider
  const variable = `${providerVariable(definition.id)}_ISSUER`
  for (const key of ["authorization", "token", "userinfo"] as const) {
    const url = endpointUrl(provider[key])
    if (url === undefined && !issuer && !(key === "userinfo" && requestOf(provider[key])))
      return [
        `Provider "${id}" has neither \`issuer\` nor a \`${key}\` endpoint. Set ${variable}, or pass \`issuer\` (its ` +
          `discovery document is read) or the endpoint's URL.${formerName(variable)}`,
      ]
    if (url !== undefined && !isEndpointUrl(url))
      return [
        `The \`${key}\` endpoint of provider "${id}" is "${url}"; expected a URL. Set ${variable}, or pass the option ` +
          `that the provider builds its URLs from (https://authjs.dev/getting-started/providers/${definition.id}).` +
          formerName(variable),
      ]
  }
  return []
}

/** Without its tenant option, a provider builds URLs such as `https://undefined.example.com`. */
function isEndpointUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:/i.test(url) && !/\bundefined\b/.test(url)
}

function needsSecret({ client }: OAuthProvider): boolean {
  const method = client?.token_endpoint_auth_method
  return method !== "none" && method !== "private_key_jwt"
}
