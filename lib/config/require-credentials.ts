import { ConfigError } from "../errors.js"
import { type CredentialFault, credentialFaultsOf } from "./credential-faults.js"
import type { Environment } from "./env.js"
import { isOAuthProvider, type OAuthProvider, type ResolvedProvider } from "./resolve-providers.js"

/** What the configuration specifies of the app's address. */
interface Address {
  readonly origin: string | undefined
  readonly basePath: string | undefined
}

interface IncompleteProvider {
  readonly provider: ResolvedProvider
  readonly faults: readonly CredentialFault[]
}

/**
 * Requires client ids, secrets, issuers and API keys of all providers that need them. One error lists everything that
 * is missing, and the callback URLs to register.
 *
 * @throws {ConfigError} `ERR_AUTH_PROVIDER`
 */
export function requireCredentials(
  providers: readonly ResolvedProvider[],
  env: Pick<Environment, "formerName" | "production" | "development">,
  address: Address,
): void {
  const missing = providers
    .map((provider) => ({ provider, faults: credentialFaultsOf(provider, env) }))
    .filter(({ faults }) => faults.length > 0)
  if (missing.length === 0) return
  const clients = missing.map(({ provider }) => provider).filter(isOAuthProvider)
  const faults = missing.flatMap((one) => one.faults)
  const lines = [
    ...faults.map(({ message }) => message),
    ...describeCallbacks(clients, address),
    ...(!env.production && missing.some(isOptionalInDevelopment) ? [offer] : []),
  ]
  throw new ConfigError("ERR_AUTH_PROVIDER", lines.join("\n"))
}

function isOptionalInDevelopment({ provider, faults }: IncompleteProvider): boolean {
  return provider.type === "email" || faults.some(({ variable }) => variable)
}

const offer =
  "To start without them on your own machine, set NODE_ENV=development; Node reads .env only with --env-file=.env."

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
