import { formerVariablesOf } from "./former-names.js"

/** What the environment says, read once per configuration. */
export interface Environment {
  readonly production: boolean
  readonly secrets: readonly string[]
  readonly url: string | undefined
  readonly trustHost: boolean | undefined
  readonly redirectProxyUrl: string | undefined
  /** `AUTH_{PROVIDER}_ID`, `_SECRET`, `_ISSUER` and `_KEY` of one provider. */
  provider(id: string): ProviderVariables
  /**
   * A sentence for error messages where a variable is set under the name that an earlier version of Auth.js gave it;
   * empty otherwise.
   *
   * @example formerName("AUTH_GITHUB_ID") // " GITHUB_ID is set: rename it to AUTH_GITHUB_ID."
   */
  formerName(variable: string): string
}

export interface ProviderVariables {
  clientId?: string
  clientSecret?: string
  issuer?: string
  apiKey?: string
}

const numberedSecrets = ["AUTH_SECRET_1", "AUTH_SECRET_2", "AUTH_SECRET_3", "AUTH_SECRET"]

/**
 * Reads the variables the Auth.js documentation names. With several secrets the lowest number is the newest
 * and `AUTH_SECRET` the oldest; all of them are accepted.
 *
 * @see https://authjs.dev/guides/environment-variables
 */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  return {
    production: env.NODE_ENV === "production",
    secrets: numberedSecrets.flatMap((name) => env[name] || []),
    url: env.AUTH_URL || undefined,
    trustHost: readTrustHost(env),
    redirectProxyUrl: env.AUTH_REDIRECT_PROXY_URL || undefined,
    provider: (id) => readProvider(id, env),
    formerName: (variable) => describeFormerName(variable, env),
  }
}

/** Vercel and Cloudflare Pages end TLS themselves and set the forwarded headers, so they count as said yes. */
function readTrustHost(env: NodeJS.ProcessEnv): boolean | undefined {
  if (env.AUTH_TRUST_HOST) return !["false", "0", "no"].includes(env.AUTH_TRUST_HOST.toLowerCase())
  return env.VERCEL || env.CF_PAGES ? true : undefined
}

function describeFormerName(variable: string, env: NodeJS.ProcessEnv): string {
  const former = formerVariablesOf(variable).find((name) => env[name])
  return former ? ` ${former} is set: rename it to ${variable}.` : ""
}

function readProvider(id: string, env: NodeJS.ProcessEnv): ProviderVariables {
  const prefix = providerVariable(id)
  const clientId = env[`${prefix}_ID`]
  const clientSecret = env[`${prefix}_SECRET`]
  const issuer = env[`${prefix}_ISSUER`]
  const apiKey = env[`${prefix}_KEY`]
  return {
    ...(clientId && { clientId }),
    ...(clientSecret && { clientSecret }),
    ...(issuer && { issuer }),
    ...(apiKey && { apiKey }),
  }
}

/** `"microsoft-entra-id"` → `"AUTH_MICROSOFT_ENTRA_ID"`. */
export function providerVariable(id: string): string {
  return `AUTH_${id.toUpperCase().replaceAll(/[-.~]/g, "_")}`
}
