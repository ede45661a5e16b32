import type { Express } from "express"
import { type FakeProvider, fakeProvider } from "express-authjs/testing"
import { type Listening, listen } from "../support/listen.js"
import type { UserAgent, Visit } from "../support/user-agent.js"

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

/** Serves an example whose environment contains its own address. */
export async function serveExample(
  name: string,
  environmentAt: (url: string) => Promise<Record<string, string>>,
): Promise<Listening> {
  let app: Express | undefined
  const server = await listen((req, res) => app?.(req, res))
  app = await importExample(name, await environmentAt(server.url))
  return server
}

interface RunningExample {
  app: Express
  url: string
  /** The provider of the test kit that the example finds as `sso`. */
  idp: FakeProvider
}

/** Serves an example and its provider for the tests of a `describe`. Call what it returns in a test. */
export function useExample(name: string, environment: Record<string, string> = {}): () => RunningExample {
  let running: RunningExample | undefined
  let server: Listening | undefined

  before(async () => {
    const { idp, environment: sso } = await startSso()
    const app = await importExample(name, { ...sso, ...environment })
    server = await listen(app)
    running = { app, url: server.url, idp }
  })
  after(() => Promise.all([server?.close(), running?.idp.close()]))

  return () => {
    if (!running) throw new Error(`${name} has not been started`)
    return running
  }
}

/** The variables of a provider at which a test's users do not sign in. */
export const unusedSso = {
  AUTH_SSO_ISSUER: "https://sso.example",
  AUTH_SSO_ID: "an-id",
  AUTH_SSO_SECRET: "a-secret",
}

/** A provider of the test kit, and the variables by which the examples find it. */
export async function startSso(
  id = "sso",
): Promise<{ idp: FakeProvider; environment: Record<string, string> }> {
  const idp = await fakeProvider({ id })
  const name = `AUTH_${id.toUpperCase()}`
  const environment = {
    [`${name}_ISSUER`]: idp.issuer,
    [`${name}_ID`]: idp.clientId,
    [`${name}_SECRET`]: idp.clientSecret,
  }
  return { idp, environment }
}

/** Opens a guarded page, presses the button of a provider, and returns the page where the sign-in ends. */
export async function signInAt(url: string, agent: UserAgent, button = /Company account/): Promise<Visit> {
  const page = await agent.followAll(await agent.get(url))
  return agent.followAll(await agent.submit(page, { button }))
}

/** The claims of another person than Ada Lovelace, at a provider of the test kit. */
export const grace = {
  sub: "grace",
  name: "Grace Hopper",
  email: "grace@example.com",
  email_verified: true,
}
