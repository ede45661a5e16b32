import type { OAuthConfig } from "@auth/core/providers"
import { ConfigError } from "../errors.js"
import { type Environment, providerVariable } from "./env.js"
import {
  isOAuthProvider,
  type OAuthProvider,
  providerId,
  providerSetting,
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
    ...clients.map((client) => `  ${base}/callback/${providerId(client)}`),
  ]
}

function faultsOf(provider: ResolvedProvider, env: Names): string[] {
  if (isOAuthProvider(provider)) return oauthFaults(provider, env)
  return provider.type === "email" ? keyFaults(provider, env) : []
}

/** Core's mailers over HTTP; without their key they fail at the first mail. */
const keyedMailers = new Set(["forwardemail", "loops", "mailgun", "postmark", "resend", "sendgrid"])

function keyFaults(provider: ResolvedProvider, { formerName }: Names): string[] {
  const ownMailer = typeof provider.options?.sendVerificationRequest === "function"
  if (!keyedMailers.has(provider.id) || ownMailer || providerSetting(provider, "apiKey")) return []
  const variable = `${providerVariable(provider.id)}_KEY`
  const fix = `Set ${variable}, or pass \`apiKey\`.${formerName(variable)}`
  return [`Provider "${providerId(provider)}" has no API key. ${fix}`]
}

function oauthFaults(provider: OAuthProvider, { formerName }: Names): string[] {
  const id = providerId(provider)
  const variable = providerVariable(provider.id)
  const faults = endpointFaults(provider, id, formerName)
  if (!providerSetting(provider, "clientId"))
    faults.push(
      `Provider "${id}" has no client id. Set ${variable}_ID, or pass \`clientId\`.${formerName(`${variable}_ID`)}`,
    )
  if (needsSecret(provider) && !providerSetting(provider, "clientSecret"))
    faults.push(
      `Provider "${id}" has no client secret. Set ${variable}_SECRET, pass \`clientSecret\`, or for a public client ` +
        `pass \`client: { token_endpoint_auth_method: "none" }\`.${formerName(`${variable}_SECRET`)}`,
    )
  return faults
}

/** At most one fault: an issuer puts all endpoints right. */
function endpointFaults(provider: OAuthProvider, id: string, formerName: Names["formerName"]): string[] {
  const variable = `${providerVariable(provider.id)}_ISSUER`
  const issuer = providerSetting(provider, "issuer")
  for (const key of ["authorization", "token", "userinfo"] as const) {
    const given = [provider.options?.[key], provider[key]]
    const url = given.map(urlOf).find((found) => found !== undefined)
    if (url === undefined && !issuer && !(key === "userinfo" && given.some(hasRequest)))
      return [
        `Provider "${id}" has neither \`issuer\` nor a \`${key}\` endpoint. Set ${variable}, or pass \`issuer\` (its ` +
          `discovery document is read) or the endpoint's URL.${formerName(variable)}`,
      ]
    if (url !== undefined && !isEndpointUrl(url))
      return [
        `The \`${key}\` endpoint of provider "${id}" is "${url}", which is no address. Set ${variable}, or pass what ` +
          `the provider makes its addresses from (https://authjs.dev/getting-started/providers/${provider.id}).` +
          formerName(variable),
      ]
  }
  return []
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
