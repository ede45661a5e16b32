import { formerVariablesOf } from "./former-names.js"

/** The environment variables of Auth.js, read once per configuration. */
export interface Environment {
  /** Whether NODE_ENV is `"production"`. */
  readonly production: boolean
  /** Whether NODE_ENV is `"development"`. Unset or misspelt, it is neither. */
  readonly development: boolean
  /** Whether NODE_ENV is `"test"`. */
  readonly test: boolean
  /** AUTH_SECRET_1 to AUTH_SECRET_3 and AUTH_SECRET, newest first, without empty ones. */
  readonly secrets: readonly string[]
  /** AUTH_URL. */
  readonly url: string | undefined
  /** AUTH_TRUST_HOST; `true` on Vercel and Cloudflare Pages; `undefined` if not set. */
  readonly trustHost: boolean | undefined
  /** AUTH_REDIRECT_PROXY_URL. */
  readonly redirectProxyUrl: string | undefined
  /** Returns `AUTH_{PROVIDER}_ID`, `_SECRET`, `_ISSUER` and `_KEY` of a provider. */
  provider(id: string): ProviderVariables
  /**
   * Returns a sentence for error messages if a variable is set under the name it had in an earlier version of Auth.js;
   * otherwise an empty string.
   *
   * @example formerName("AUTH_GITHUB_ID") // " GITHUB_ID is set: rename it to AUTH_GITHUB_ID."
   */
  formerName(variable: string): string
}

/** The environment variables of a provider. Empty ones are left out. */
export interface ProviderVariables {
  /** `AUTH_{PROVIDER}_ID` */
  clientId?: string
  /** `AUTH_{PROVIDER}_SECRET` */
  clientSecret?: string
  /** `AUTH_{PROVIDER}_ISSUER` */
  issuer?: string
  /** `AUTH_{PROVIDER}_KEY` */
  apiKey?: string
}

const numberedSecrets = ["AUTH_SECRET_1", "AUTH_SECRET_2", "AUTH_SECRET_3", "AUTH_SECRET"]

/**
 * Reads the environment variables of Auth.js. Of several secrets, the lowest number is the newest and `AUTH_SECRET` the
 * oldest; all are accepted.
 *
 * @see https://authjs.dev/guides/environment-variables
 */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  return {
    production: env.NODE_ENV === "production",
    development: env.NODE_ENV === "development",
    test: env.NODE_ENV === "test",
    secrets: numberedSecrets.flatMap((name) => env[name] || []),
    url: env.AUTH_URL || undefined,
    trustHost: readTrustHost(env),
    redirectProxyUrl: env.AUTH_REDIRECT_PROXY_URL || undefined,
    provider: (id) => readProvider(id, env),
    formerName: (variable) => describeFormerName(variable, env),
  }
}

/** Vercel and Cloudflare Pages terminate TLS and set the forwarding headers, so the host is trusted there. */
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

/** Returns the prefix of a provider's variables: `"microsoft-entra-id"` → `"AUTH_MICROSOFT_ENTRA_ID"`. */
export function providerVariable(id: string): string {
  return `AUTH_${id.toUpperCase().replaceAll(/[-.~]/g, "_")}`
}
