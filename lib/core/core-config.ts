import { createHash } from "node:crypto"
import { type AuthConfig, raw, skipCSRFCheck } from "@auth/core"
import { isOAuthProvider, providerId, type ResolvedProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { resolveDestination } from "../http/safe-redirect.js"
import { sealToken } from "../session/seal-token.js"
import { beginSession } from "../session/session-claims.js"
import { sessionCodecOf } from "../session/session-codec.js"
import { createSessionToken } from "../session/session-token.js"

type Callbacks = NonNullable<AuthConfig["callbacks"]>
type CoreConfig = AuthConfig & { raw: typeof raw }

/** What core is called for. */
interface Purpose {
  readonly destination: string
  /** The provider's id. */
  readonly provider: string
}

/**
 * The configuration of one call to core: a fresh object, since core writes to the one it gets. CSRF, pages, cookies
 * of ours and the session reader are not core's business, so it is told as little as it needs.
 *
 * @param destination where the sign-in ends; already checked, so core's `redirect` callback lets it pass
 */
export function toCoreConfig(context: AuthContext, { destination, provider }: Purpose): CoreConfig {
  const { config, cookies } = context
  const { strategy, maxAge, updateAge } = config.session
  const generateSessionToken = () => createSessionToken(config, providerType(config, provider))
  return {
    raw,
    skipCSRFCheck,
    trustHost: true,
    basePath: toCoreBasePath(context.basePath),
    secret: [...config.secrets],
    providers: hideFromConfigCheck(config.providers.map(toCoreProvider)),
    session: { strategy, maxAge, updateAge, generateSessionToken },
    jwt: createSessionJwt(context),
    callbacks: wrapCallbacks(context, destination),
    events: { ...config.events },
    pages: config.pages.newUser ? { newUser: config.pages.newUser } : {},
    theme: { ...config.theme },
    useSecureCookies: cookies === config.cookies.secure,
    cookies: structuredClone(cookies) as NonNullable<AuthConfig["cookies"]>,
    experimental: { enableWebAuthn: true },
    ...(config.adapter && { adapter: config.adapter }),
    ...(config.redirectProxyUrl && { redirectProxyUrl: config.redirectProxyUrl }),
  }
}

/** Core's way to seal a session is ours, so that it has an identity from the start. */
function createSessionJwt(context: AuthContext): NonNullable<AuthConfig["jwt"]> {
  const { config, cookies } = context
  return {
    maxAge: config.session.maxAge,
    encode: async ({ token }) => (await sealToken(beginSession(token ?? {}), context)).sealed,
    decode: async ({ token = "" }) => {
      const decoded = await sessionCodecOf(config, cookies.sessionToken.name).open(token)
      return decoded.status === "valid" ? decoded.payload : null
    },
  }
}

function providerType({ providers }: AuthContext["config"], id: string): string {
  return providers.find((provider) => providerId(provider) === id)?.type ?? ""
}

/** Core puts the base path into a regular expression as it is, so characters that mean something there are escaped. */
export function toCoreBasePath(basePath: string): string {
  return basePath.replace(/[$()*+?[\\\]^{|}]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/**
 * Core's config check remembers in module variables that any instance had an e-mail, credentials or passkey provider,
 * and then demands an adapter of all others in the process. The check walks the array, everything else maps it: an
 * array that is empty to `for…of` leaves no trace. Our own check is per configuration.
 */
function hideFromConfigCheck(providers: AuthConfig["providers"]): AuthConfig["providers"] {
  return Object.defineProperty(providers, Symbol.iterator, { value: function* nothing() {} })
}

/** A copy: core merges into what it gets. */
function toCoreProvider(provider: ResolvedProvider): AuthConfig["providers"][number] {
  const copy = { ...provider, ...(provider.options && { options: { ...provider.options } }) }
  if (copy.type !== "credentials") return copy
  const authorize = copy.options?.authorize ?? copy.authorize
  return {
    ...copy,
    options: { ...copy.options, authorize: withUserId(authorize as typeof copy.authorize, copy.id) },
  }
}

type Authorize = Extract<ResolvedProvider, { type: "credentials" }>["authorize"]

/** Core invents a random id for a user without one: at every sign-in somebody else. */
function withUserId(authorize: Authorize, provider: string): Authorize {
  return async (credentials, request) => {
    const user = await authorize(credentials, request)
    if (!user || (user.id !== undefined && user.id !== null)) return user
    throw new ExpressAuthError(
      "ERR_AUTH_AUTHORIZE_ID",
      `authorize() of provider "${provider}" returned a user without \`id\`. Return the id your app knows the user by.`,
    )
  }
}

function wrapCallbacks({ config, origin }: AuthContext, destination: string): Callbacks {
  const { signIn, jwt } = config.callbacks
  return {
    signIn: async (params) => {
      if (!config.adapter) giveStableId(params)
      return signIn ? signIn(params) : true
    },
    redirect: ({ url }) => (url === destination ? url : resolveDestination(url, origin, config)),
    ...(jwt && config.session.strategy === "jwt" && { jwt }),
  }
}

/** Without a database core gives a user a random id at every sign-in; the account's is the same each time. */
function giveStableId({ user, account }: Parameters<NonNullable<Callbacks["signIn"]>>[0]): void {
  if (account?.type === "oauth" || account?.type === "oidc")
    user.id = stableUserId(account.provider, account.providerAccountId)
}

/** A version 8 UUID (RFC 9562) made of the provider and the account's id there. */
export function stableUserId(provider: string, providerAccountId: string): string {
  const bytes = createHash("sha256")
    .update(JSON.stringify([provider, providerAccountId]))
    .digest()
    .subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}

/** Whether core forwards this callback to another deployment, before it looks at any cookie. */
export function isOnRedirectProxy({ config, origin }: AuthContext, provider: ResolvedProvider): boolean {
  const proxy = config.redirectProxyUrl
  return (
    proxy !== undefined &&
    isOAuthProvider(provider) &&
    URL.canParse(proxy) &&
    new URL(proxy).origin === origin
  )
}
