import { readdirSync } from "node:fs"
import { dirname } from "node:path"
import { pathToFileURL } from "node:url"
import type { Provider } from "@auth/core/providers"
import { readEnvironment } from "../config/env.js"
import { findNearest } from "../config/find-nearest.js"
import { packageRequire } from "../config/package-require.js"
import { isOAuthProvider, resolveProviders } from "../config/resolve-providers.js"
import { separateIncomplete } from "../config/separate-incomplete.js"
import { providerConsole } from "../development/provider-console.js"
import { CliError, UsageError } from "./cli-error.js"

/** A provider of Auth.js, and what it takes to use it. */
export interface ProviderModule {
  /** The last part of its subpath, e.g. `"microsoft-entra-id"`. */
  readonly name: string
  /** What its function is called, e.g. `"MicrosoftEntraID"`. */
  readonly identifier: string
  /** The id in its callback URL, which for most is the name. */
  readonly id: string
  /** The variables to set, e.g. `["AUTH_GITHUB_ID", "AUTH_GITHUB_SECRET"]`. */
  readonly variables: readonly string[]
  /** The issuer of an OpenID provider that has the same for all apps. */
  readonly issuer: string | undefined
  /** Where to register the app. */
  readonly console: string | undefined
}

/** Returns the statement that imports a provider. */
export function importOf({ identifier, name }: Pick<ProviderModule, "identifier" | "name">): string {
  return `import ${identifier} from "express-authjs/providers/${name}"`
}

/** What is no provider, or needs more than variables. */
const others = /^(?:index|oauth|provider-types|credentials)$/

/**
 * Loads an OAuth or OpenID Connect provider by name.
 *
 * @throws {UsageError} for an unknown name; the message suggests the nearest
 * @throws {CliError} for a provider that needs more than variables, such as a mailer
 */
export async function loadProvider(name: string): Promise<ProviderModule> {
  const names = listProviders()
  if (!names.includes(name)) throw new UsageError(unknownProvider(name, names))
  return describeProvider(name, await importProvider(name))
}

/** Returns the issuer of a provider that has the same for all apps, such as Google. */
export async function loadIssuer(name: string): Promise<string | undefined> {
  const provider = await loadProvider(name).catch(() => undefined)
  return provider?.issuer
}

type Define = (options: object) => Provider

async function importProvider(name: string): Promise<Define> {
  const file = packageRequire().resolve(`express-authjs/providers/${name}`)
  const { default: define }: { default: Define } = await import(pathToFileURL(file).href)
  return define
}

function describeProvider(name: string, define: Define): ProviderModule {
  const env = readEnvironment({ NODE_ENV: "development" })
  const silent = { error: () => {}, warn: () => {}, debug: () => {} }
  const [provider] = resolveProviders([resolvable(name, define)], env, silent)
  if (!provider || !isOAuthProvider(provider)) throw needsMore(name)
  const [toSetUp] = separateIncomplete([provider], env, silent).providersToSetUp
  return {
    name,
    identifier: define.name,
    id: provider.id,
    variables: toSetUp?.variables ?? [],
    issuer: provider.type === "oidc" ? provider.issuer : undefined,
    console: providerConsole(provider),
  }
}

function resolvable(name: string, define: Define): Provider {
  try {
    return define({})
  } catch (cause) {
    throw Object.assign(needsMore(name), { cause })
  }
}

function needsMore(name: string): CliError {
  return new CliError(
    `The provider "${name}" needs more than variables. Its guide shows how to add it: ` +
      "https://github.com/express-authjs/express-authjs/blob/main/docs/README.md#guides",
  )
}

/** Returns the names of all providers. */
export function listProviders(): string[] {
  const folder = dirname(packageRequire().resolve("express-authjs/providers/github"))
  const names = readdirSync(folder).flatMap((file) => /^([\w-]+)\.js$/.exec(file)?.[1] ?? [])
  return names.filter((name) => !others.test(name))
}

function unknownProvider(name: string, names: readonly string[]): string {
  const nearest = findNearest(name, names)
  const hint = nearest === undefined ? "" : ` Did you mean "${nearest}"?`
  return `Unknown provider ${JSON.stringify(name)}.${hint} There are ${names.length}: ${names.join(", ")}.`
}
