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

/** What is no provider. */
const others = /^(?:index|oauth|provider-types)$/

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
  const definition = resolvable(name, define)
  const [provider] = definition.type === "credentials" ? [] : resolveProviders([definition], env, silent)
  if (!provider || !isOAuthProvider(provider)) throw needsMore(name, definition.type)
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

function resolvable(name: string, define: Define): Exclude<Provider, () => unknown> {
  try {
    const provider = define({})
    return typeof provider === "function" ? provider() : provider
  } catch (cause) {
    // What throws without options lacks a package: a mailer's, or that of passkeys.
    throw Object.assign(needsMore(name, /^(?:passkey|webauthn)$/.test(name) ? "webauthn" : "email"), {
      cause,
    })
  }
}

const documentation = "https://github.com/express-authjs/express-authjs/blob/main/docs"

/** The guides of what needs more than variables, by the provider's type. */
const guides: Readonly<Record<string, string>> = {
  email: "guides/email.md",
  webauthn: "guides/passkeys.md",
  credentials: "guides/credentials.md",
}

function needsMore(name: string, type: string): CliError {
  const guide = guides[type] ?? "README.md#guides"
  return new CliError(
    `"${name}" needs more than variables. Its guide shows how to add it: ${documentation}/${guide}`,
  )
}

/** Returns the names of all providers. */
export function listProviders(): string[] {
  const folder = dirname(packageRequire().resolve("express-authjs/providers/github"))
  const names = readdirSync(folder).flatMap((file) => /^([\w-]+)\.js$/.exec(file)?.[1] ?? [])
  return names.filter((name) => !others.test(name))
}

function unknownProvider(name: string, names: readonly string[]): string {
  const near = [findNearest(name, names), ...names.filter((each) => each.startsWith(name) && name !== "")]
  const found = [...new Set(near.filter((each) => each !== undefined))].map((each) => `"${each}"`)
  const hint = found.length === 0 ? "" : ` Did you mean ${found.join(" or ")}?`
  return `Unknown provider ${JSON.stringify(name)}.${hint} All ${names.length}: npx express-authjs add --list`
}
