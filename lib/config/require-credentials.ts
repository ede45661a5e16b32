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

/** What is known of the app's address before the first request. */
interface Address {
  readonly origin: string | undefined
  readonly basePath: string | undefined
}

/**
 * Fails when providers lack what their services issue: client ids, secrets, issuers, API keys. One message names all of
 * them, and the callback URLs to register in exchange.
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

/** The mount is unknown as yet, so `/auth` stands for it where `basePath` does not say it. */
function describeCallbacks(clients: readonly OAuthProvider[], { origin, basePath }: Address): string[] {
  if (clients.length === 0) return []
  const guessed = [!origin && "the origin", !basePath && "the mount path"].filter(Boolean).join(" and ")
  const base = (origin ?? "http://localhost:3000") + (basePath ?? "/auth")
  return [
    `Callback URLs to register with the services${guessed && ` (put in ${guessed} of your app)`}:`,
    ...clients.map((client) => `  ${base}/callback/${client.id}`),
  ]
}

function faultsOf(provider: ResolvedProvider, env: Names): string[] {
  if (isOAuthProvider(provider)) return oauthFaults(provider, env)
  return provider.type === "email" ? keyFaults(provider, env) : []
}

/** Core's mailers over HTTP; without their key they fail at the first mail. */
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

/** At most one fault: an issuer puts all endpoints right. */
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
        `The \`${key}\` endpoint of provider "${id}" is "${url}", which is no address. Set ${variable}, or pass what ` +
          `the provider makes its addresses from (https://authjs.dev/getting-started/providers/${definition.id}).` +
          formerName(variable),
      ]
  }
  return []
}

/** A provider that was not told its tenant makes addresses such as `https://undefined.example.com`. */
function isEndpointUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:/i.test(url) && !/\bundefined\b/.test(url)
}

function needsSecret({ client }: OAuthProvider): boolean {
  const method = client?.token_endpoint_auth_method
  return method !== "none" && method !== "private_key_jwt"
}
