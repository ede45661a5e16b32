import type { Express } from "express"
import { startOpenIdProvider } from "../support/openid-provider.js"

/** Imports an example with its own environment. A module is evaluated once, so each example has one test file. */
export async function importExample(
  name: string,
  environment: Record<string, string> = {},
): Promise<Express> {
  const before = { ...process.env }
  Object.assign(process.env, { AUTH_SECRET: "the secret of an example under test" }, environment)
  try {
    const module: { app: Express } = await import(`../../examples/${name}`)
    return module.app
  } finally {
    for (const key of Object.keys(environment)) delete process.env[key]
    Object.assign(process.env, before)
  }
}

/** The variables of a provider at which a test's users do not sign in. */
export const unusedSso = {
  AUTH_SSO_ISSUER: "https://sso.example",
  AUTH_SSO_ID: "an-id",
  AUTH_SSO_SECRET: "a-secret",
}

/** A real OpenID provider, and the variables by which the examples find it. */
export async function startSso() {
  const provider = await startOpenIdProvider()
  const environment = {
    AUTH_SSO_ISSUER: provider.issuer,
    AUTH_SSO_ID: provider.clientId,
    AUTH_SSO_SECRET: provider.clientSecret,
  }
  return { provider, environment }
}
