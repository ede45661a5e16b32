import { type Environment, providerVariable } from "./env.js"
import { endpointUrl, requestOf } from "./merge-provider.js"
import {
  type EmailProvider,
  isOAuthProvider,
  type OAuthProvider,
  type ResolvedProvider,
} from "./resolve-providers.js"

type Names = Pick<Environment, "formerName">
type Place = Pick<Environment, "formerName" | "development">

/** Something that a provider lacks, or has in a wrong form. */
export interface CredentialFault {
  /** What is wrong, and how to fix it. */
  readonly message: string
  /** The environment variable that is missing; `undefined` if a value is wrong. */
  readonly variable?: string
  /** What to know apart from the variable, as a sentence. */
  readonly note?: string
}

/**
 * Returns what a provider lacks of client id, client secret, issuer, mail server and API key. In development a mailer
 * needs neither server nor key: its mails go to the inbox.
 */
export function credentialFaultsOf(provider: ResolvedProvider, env: Place): CredentialFault[] {
  if (isOAuthProvider(provider)) return oauthFaults(provider, env)
  return provider.type === "email" && !env.development ? mailerFaults(provider, env) : []
}

/** Whether a provider is a mailer that cannot send, because it has neither a mail server nor an API key. */
export function lacksMailService(provider: ResolvedProvider): boolean {
  return provider.type === "email" && mailerFaults(provider, { formerName: () => "" }).length > 0
}

/** Creates the fault of a missing variable. */
function missing(
  problem: string,
  variable: string,
  { fix, formerName }: Names & { fix: string },
): CredentialFault {
  const former = formerName(variable)
  return { message: `${problem} Set ${variable}, ${fix}.${former}`, variable, note: former.trim() }
}

/** Core's mail providers with an HTTP API. Without a key they fail at the first mail. */
export const keyedMailers: ReadonlySet<string> = new Set([
  "forwardemail",
  "loops",
  "mailgun",
  "postmark",
  "resend",
  "sendgrid",
])

/** A function of the app's own sends as it likes. */
function mailerFaults(provider: EmailProvider, env: Names): CredentialFault[] {
  if (typeof provider.definition.options?.sendVerificationRequest === "function") return []
  return [...keyFaults(provider, env), ...serverFaults(provider)]
}

/** Only Nodemailer has `server`; its definition contains an example, which is no mail server of the app's. */
function serverFaults({ id, definition }: EmailProvider): CredentialFault[] {
  const { options } = definition
  if (!options || !("server" in definition) || options.server) return []
  const message =
    `Provider "${id}" has no \`server\`. Pass the URL of a mail server, e.g. ` +
    'server: "smtp://user:password@smtp.example.com:587".'
  return [{ message }]
}

function keyFaults({ id, apiKey, definition }: EmailProvider, { formerName }: Names): CredentialFault[] {
  const { id: service } = definition
  if (!keyedMailers.has(service) || apiKey) return []
  const variable = `${providerVariable(service)}_KEY`
  return [missing(`Provider "${id}" has no API key.`, variable, { fix: "or pass `apiKey`", formerName })]
}

function oauthFaults(provider: OAuthProvider, { formerName }: Names): CredentialFault[] {
  const { id, clientId, clientSecret } = provider
  const variable = providerVariable(provider.definition.id)
  const faults = endpointFaults(provider, formerName)
  if (!clientId) {
    const fix = "or pass `clientId`"
    faults.push(missing(`Provider "${id}" has no client id.`, `${variable}_ID`, { fix, formerName }))
  }
  if (needsSecret(provider) && !clientSecret) {
    const fix =
      'pass `clientSecret`, or for a public client pass `client: { token_endpoint_auth_method: "none" }`'
    faults.push(missing(`Provider "${id}" has no client secret.`, `${variable}_SECRET`, { fix, formerName }))
  }
  return faults
}

/** Returns at most one fault, because setting the issuer fixes all endpoints. */
function endpointFaults(provider: OAuthProvider, formerName: Names["formerName"]): CredentialFault[] {
  const { id, issuer } = provider
  const variable = `${providerVariable(provider.definition.id)}_ISSUER`
  for (const key of ["authorization", "token", "userinfo"] as const) {
    const url = endpointUrl(provider[key])
    if (url === undefined && !issuer && !(key === "userinfo" && requestOf(provider[key]))) {
      const fix = "or pass `issuer` (its discovery document is read) or the endpoint's URL"
      return [
        missing(`Provider "${id}" has neither \`issuer\` nor a \`${key}\` endpoint.`, variable, {
          fix,
          formerName,
        }),
      ]
    }
    if (url !== undefined && !isEndpointUrl(url))
      return [urlFault(provider, { key, url, variable, formerName })]
  }
  return []
}

/** A URL with "undefined" lacks an option; any other is wrong. */
function urlFault(
  { id, definition }: OAuthProvider,
  { key, url, variable, formerName }: Names & Record<"key" | "url" | "variable", string>,
): CredentialFault {
  const fix =
    "or pass the option that the provider builds its URLs from " +
    `(https://authjs.dev/getting-started/providers/${definition.id})`
  const fault = missing(
    `The \`${key}\` endpoint of provider "${id}" is "${url}"; expected a URL.`,
    variable,
    {
      ...{ fix, formerName },
    },
  )
  return /\bundefined\b/.test(url) ? fault : { message: fault.message }
}

/** Without its tenant option, a provider builds URLs such as `https://undefined.example.com`. */
function isEndpointUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:/i.test(url) && !/\bundefined\b/.test(url)
}

function needsSecret({ client }: OAuthProvider): boolean {
  const method = client?.token_endpoint_auth_method
  return method !== "none" && method !== "private_key_jwt"
}
