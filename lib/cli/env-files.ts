import { join } from "node:path"
import { parseEnv } from "node:util"
import { type ProjectFile, readProjectFile } from "./project-file.js"
import type { ProviderModule } from "./provider-module.js"
import { setVariables } from "./set-variables.js"

/** A file with environment variables, and the values that new ones get in it. */
export interface EnvFile {
  /** The file, as it was read. */
  readonly file: ProjectFile
  /** Returns the value of a variable that is added. */
  valueFor(variable: string): string
}

/** The value of a variable that the user fills in. */
const toFillIn = () => ""

/** Returns a value that is complete and signs in nowhere, so that the tests of an app need no credentials. */
export function testValueOf(variable: string): string {
  if (variable === "NODE_ENV") return "test"
  if (variable === "AUTH_SECRET") return "a-secret-that-only-the-tests-of-this-app-use"
  return variable.endsWith("_ISSUER") ? "https://issuer.example.com" : "for-tests"
}

/**
 * Reads the files beside `.env` that list the app's variables and are committed: `.env.example` and `.env.test`, where
 * they exist.
 */
export async function readCommittedEnvFiles(folder: string): Promise<EnvFile[]> {
  const [example, test] = await Promise.all([
    readProjectFile(join(folder, ".env.example")),
    readProjectFile(join(folder, ".env.test")),
  ])
  const all: EnvFile[] = [
    { file: example, valueFor: (variable) => (variable === "NODE_ENV" ? "development" : "") },
    { file: test, valueFor: testValueOf },
  ]
  return all.filter(({ file }) => file.stats)
}

/** Returns the names that a file does not have yet; empty ones count as known. */
export function missingIn({ text }: ProjectFile, names: readonly string[]): string[] {
  const known = parseEnv(text)
  return names.filter((name) => !(name in known))
}

/** What to add for a provider. */
interface ProviderVariables {
  readonly provider: ProviderModule
  /** The mount of the app, as in {@link callbackUrl}. */
  readonly base?: string | undefined
  /** Returns the value of a variable that is added. @default empty */
  readonly valueFor?: EnvFile["valueFor"]
}

/**
 * Adds the variables of a provider that the text lacks, below a comment that says where to register the app.
 *
 * @throws {CliError} if the text does not allow it
 */
export function addProvider(
  text: string,
  path: string,
  { provider, base, valueFor = toFillIn }: ProviderVariables,
): string {
  const missing = missingIn({ text, path, stats: undefined }, provider.variables)
  const added = Object.fromEntries(missing.map((name) => [name, valueFor(name)]))
  const comment = valueFor === testValueOf ? undefined : describeRegistration(provider, base)
  return missing.length === 0 ? text : setVariables(text, added, { path, comment })
}

function describeRegistration({ id, console }: ProviderModule, base: string | undefined): readonly string[] {
  return [`# Callback URL to register: ${callbackUrl(id, base)}`, ...(console ? [`# ${console}`] : [])]
}

/**
 * Returns the callback URL to register.
 *
 * @param base the mount, by default that of an app on this machine
 */
export function callbackUrl(id: string, base = "http://localhost:3000/auth"): string {
  return `${base}/callback/${id}`
}
