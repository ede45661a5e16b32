import { randomBytes } from "node:crypto"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import type { ExpressAuthConfig } from "../config/options.js"
import { createOpenIdServer } from "./openid-server.js"
import { type Persona, requireKnownClaims, standardClaims } from "./persona.js"
import { refuseProduction } from "./testing-error.js"

/** Options of {@link fakeProvider}. */
export interface FakeProviderOptions {
  /** The port to listen on. @default a free one */
  readonly port?: number
  /** The provider's id in your configuration, which its callback URL ends with. @default "fake" */
  readonly id?: string
  /** Claims that a persona may have beside the standard ones, `roles` and `groups`. @default none */
  readonly claims?: readonly string[]
}

/** A real OpenID provider without pages: the test decides who signs in. */
export interface FakeProvider {
  /** The provider, for `providers`. */
  readonly provider: Extract<ExpressAuthConfig["providers"][number], { type: "oidc" }>
  /** Its issuer, e.g. for `AUTH_SSO_ISSUER`. */
  readonly issuer: string
  /** The id of the app's client. */
  readonly clientId: string
  /** The secret of the app's client. */
  readonly clientSecret: string
  /** The claims of the user who signs in next. @default Ada Lovelace, with a verified address */
  persona: Persona
  /**
   * Refuses the next sign-in with an error of OAuth 2.0 or OpenID Connect.
   *
   * @param error e.g. `"access_denied"`, as if the user had cancelled
   */
  refuse(error: string, description?: string): void
  /** Stops the provider. One that is left running does not keep the process alive. */
  close(): Promise<void>
}

/**
 * Starts an OpenID provider on this machine, `oidc-provider`, for tests of the whole way through a provider: discovery,
 * PKCE, tokens, `profile()`, `callbacks.signIn` and linked accounts. It signs in `persona` without asking, accepts every
 * redirect URI, and issues refresh tokens.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_TESTING` in production, and if `oidc-provider` is not installed
 * @example
 * const idp = await fakeProvider()
 * const auth = ExpressAuth({ providers: [idp.provider] })
 * idp.persona = { sub: "grace", name: "Grace Hopper", email: "grace@example.com", email_verified: true }
 */
export async function fakeProvider(options: FakeProviderOptions = {}): Promise<FakeProvider> {
  refuseProduction("fakeProvider()")
  const { id = "fake", claims = [] } = options
  const server = createServer().unref()
  const issuer = await listen(server, options.port ?? 0)
  const client = { clientId: "express-authjs-tests", clientSecret: randomBytes(24).toString("base64url") }
  const { personas, handle } = await createOpenIdServer(issuer, client, claims)
  server.on("request", handle)
  const known = new Set([...standardClaims, ...claims])
  return {
    ...{ issuer, ...client },
    provider: { id, name: "Fake provider", type: "oidc", issuer, ...client },
    get persona() {
      return personas.next
    },
    set persona(persona) {
      requireKnownClaims(persona, known)
      personas.next = persona
    },
    refuse: (error, description) => {
      personas.refusal = { error, error_description: description ?? "Refused by the test" }
    },
    close: () => close(server),
  }
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) =>
    server.once("error", reject).listen(port, "127.0.0.1", resolve),
  )
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
