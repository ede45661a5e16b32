import { randomBytes } from "node:crypto"
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http"
import { exportJWK, generateKeyPair, type JWK } from "jose"
import type Provider from "oidc-provider"
import type { AdapterFactory, AdapterPayload, Configuration, InteractionResults } from "oidc-provider"
import { loadTestPackage } from "./load-test-package.js"
import { ada, commonClaims, emailClaims, type Persona, profileClaims } from "./persona.js"

interface Client {
  readonly clientId: string
  readonly clientSecret: string
}

/** Who signs in next, and who has so far. */
interface Personas {
  next: Persona
  /** The error of the next sign-in. */
  refusal: { error: string; error_description: string } | undefined
  /** Those who have signed in, by `sub`: tokens outlive a change of `next`. */
  readonly known: Map<string, Persona>
}

interface OpenIdServer {
  readonly personas: Personas
  readonly handle: RequestListener
}

/** Creates an OpenID provider that signs in without pages. */
export async function createOpenIdServer(
  issuer: string,
  client: Client,
  claims: readonly string[],
): Promise<OpenIdServer> {
  const personas: Personas = { next: ada, refusal: undefined, known: new Map() }
  const provider = await createProvider(issuer, client, { personas, claims })
  const callback = provider.callback()
  const handle: RequestListener = (req, res) => {
    if (req.url?.startsWith("/interaction/")) return finish(provider, { req, res }, personas)
    if (req.url?.startsWith("/auth")) dropSession(req)
    return callback(req, res)
  }
  return { personas, handle }
}

/** Without a session of the provider's own, every sign-in is that of the current persona. */
function dropSession({ headers }: IncomingMessage): void {
  headers.cookie = headers.cookie?.replace(/(?:^|; )_session(?:\.[a-z]+)*=[^;]*/g, "")
}

/** Answers what would be a page: signs in the persona, or refuses. */
function finish(
  provider: Provider,
  { req, res }: { req: IncomingMessage; res: ServerResponse },
  personas: Personas,
): Promise<void> {
  const { next, refusal } = personas
  personas.refusal = undefined
  personas.known.set(next.sub, next)
  const result: InteractionResults = refusal ?? { login: { accountId: next.sub }, consent: {} }
  return provider.interactionFinished(req, res, result).catch((error) => {
    res.writeHead(400).end(String(error))
  })
}

async function createProvider(
  issuer: string,
  { clientId, clientSecret }: Client,
  { personas, claims }: { personas: Personas; claims: readonly string[] },
): Promise<Provider> {
  const { default: OidcProvider } = await quietly(() =>
    loadTestPackage(() => import("oidc-provider"), { user: "fakeProvider()", name: "oidc-provider" }),
  )
  const provider: Provider = new OidcProvider(issuer, {
    ...settings,
    claims: { openid: ["sub", ...commonClaims, ...claims], profile: profileClaims, email: emailClaims },
    adapter: createStore(),
    jwks: { keys: [await signingKey()] },
    cookies: { keys: [randomBytes(32).toString("base64url")] },
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        grant_types: ["authorization_code", "refresh_token"],
        redirect_uris: ["http://localhost/"],
      },
    ],
    findAccount: (_ctx, sub) => {
      const persona = personas.known.get(sub)
      return persona && { accountId: sub, claims: () => ({ ...persona }) }
    },
    loadExistingGrant: async ({ oidc }) => {
      const { accountId = "" } = oidc.session ?? {}
      const grant = new provider.Grant({ clientId, accountId })
      grant.addOIDCScope(String(oidc.params?.scope))
      await grant.save()
      return grant
    },
  })
  provider.Client.prototype.redirectUriAllowed = () => true
  provider.Client.prototype.postLogoutRedirectUriAllowed = () => true
  return provider
}

const hour = 3600

const settings: Configuration = {
  conformIdTokenClaims: false,
  scopes: ["openid", "offline_access", "profile", "email"],
  features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  issueRefreshToken: async () => true,
  pkce: { required: () => false },
  clientBasedCORS: () => false,
  renderError: (ctx, { error, error_description }) => {
    ctx.type = "text/plain"
    ctx.body = `${error}: ${error_description}`
  },
  ttl: {
    AccessToken: hour,
    AuthorizationCode: 60,
    IdToken: hour,
    RefreshToken: 24 * hour,
    Interaction: hour,
    Session: 24 * hour,
    Grant: 24 * hour,
  },
}

let key: Promise<JWK> | undefined

/** One key per process, because generating one takes longer than everything else. */
function signingKey(): Promise<JWK> {
  key ??= generateKeyPair("RS256", { extractable: true }).then(async ({ privateKey }) => ({
    ...(await exportJWK(privateKey)),
    ...{ use: "sig", alg: "RS256", kid: randomBytes(8).toString("hex") },
  }))
  return key
}

/** Hides a warning of oidc-provider about Node 20, where everything used here works too. */
async function quietly<Result>(load: () => Promise<Result>): Promise<Result> {
  const { warn } = console
  console.warn = (message: unknown, ...rest: unknown[]) => {
    if (!/Unsupported runtime/.test(String(message))) warn(message, ...rest)
  }
  return load().finally(() => {
    console.warn = warn
  })
}

/** Keeps what one provider issues. A test does not run long enough for anything to expire. */
function createStore(): AdapterFactory {
  const rows = new Map<string, AdapterPayload>()
  return (model) => {
    const keyOf = (id: string) => `${model} ${id}`
    const findBy = async (field: "uid" | "userCode", value: string) =>
      [...rows].find(([key, row]) => key.startsWith(`${model} `) && row[field] === value)?.[1]
    return {
      upsert: async (id, row) => void rows.set(keyOf(id), row),
      find: async (id) => rows.get(keyOf(id)),
      findByUid: (uid) => findBy("uid", uid),
      findByUserCode: (userCode) => findBy("userCode", userCode),
      consume: async (id) =>
        void Object.assign(rows.get(keyOf(id)) ?? {}, { consumed: Math.floor(Date.now() / 1000) }),
      destroy: async (id) => void rows.delete(keyOf(id)),
      revokeByGrantId: async (grantId) => {
        for (const [key, row] of rows) if (row.grantId === grantId) rows.delete(key)
      },
    }
  }
}
