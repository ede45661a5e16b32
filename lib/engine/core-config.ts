import { type AuthConfig, raw, skipCSRFCheck } from "@auth/core"
import type { JWT } from "@auth/core/jwt"
import { warnOnce } from "../config/process-memory.js"
import { isOAuthProvider, type ResolvedProvider } from "../config/resolve-providers.js"
import type { AuthContext } from "../http/auth-context.js"
import { resolveDestination } from "../http/safe-redirect.js"
import type { MailWriter } from "../mail/mail-message.js"
import type { Outbox } from "../mail/outbox.js"
import type { PasskeyCall } from "../passkeys/passkey-call.js"
import { stableUserId } from "../providers/stable-user-id.js"
import { type StrategyUser, strategyOf, withOwnUsers } from "../providers/strategy-provider.js"
import { sessionCodecOf } from "../session/codec/session-codec.js"
import { isProvenBy } from "../session/proven-sign-in.js"
import { providerSessionOf } from "../session/provider-session.js"
import { isRemembered, timesOf } from "../session/remember-me.js"
import { revocationKeys, revoke } from "../session/revocation.js"
import { sealToken } from "../session/seal-token.js"
import { beginSession, claimsOf, type SignInFacts } from "../session/session-claims.js"
import { createSessionToken } from "../session/session-token.js"
import { proven } from "../session/sign-in-proof.js"
import type { BegunSession } from "../session/sign-in-record.js"
import { toCoreAdapter, withSignIns } from "./core-adapter.js"
import { toCoreProvider } from "./core-provider.js"
import type { FirstSignIn } from "./first-sign-in.js"
import type { LinkIntent } from "./link-intent.js"
import type { ProofWatch } from "./proof-watch.js"

type Callbacks = NonNullable<AuthConfig["callbacks"]>
type CoreConfig = AuthConfig & { raw: typeof raw }

/** What core is called for. */
interface Purpose {
  readonly destination: string
  readonly provider: ResolvedProvider
  readonly passkey?: PasskeyCall
  readonly query?: Readonly<Record<string, string>>
  /** Where mail waits until core is done. */
  readonly outbox: Outbox
  readonly writeMail?: MailWriter
  readonly external?: StrategyUser
  /** As the person wishes. */
  readonly remembered?: boolean | undefined
  readonly link?: LinkIntent
  readonly firstSignIn: FirstSignIn
  readonly proofWatch: ProofWatch
  /** Is told of the session that core begins. */
  readonly begun: BegunSession
}

/** What one call to core finds out about the sign-in. */
type Facts = { -readonly [Name in keyof SignInFacts]: SignInFacts[Name] } & {
  /** The provider's ids are the app's own. */
  readonly ownUsers: boolean
}

/**
 * The configuration of one call to core: a fresh object, since core writes to the one it gets. CSRF, pages, cookies
 * of ours and the session reader are not core's business, so it is told as little as it needs.
 *
 * @param purpose.destination where the sign-in ends; already checked, so core's `redirect` callback lets it pass
 */
export function toCoreConfig(
  context: AuthContext,
  {
    destination,
    provider,
    query = {},
    outbox,
    writeMail,
    passkey,
    external,
    remembered,
    link,
    firstSignIn,
    proofWatch,
    begun,
  }: Purpose,
): CoreConfig {
  const { config, cookies } = context
  const { secrets } = config
  const called = provider
  const facts = startFacts(called, isRemembered(remembered, config))
  const toAdapter = () => {
    const keys = { provider: called, secrets, token: query.token }
    const bound = firstSignIn.wrap(proofWatch.wrap(toCoreAdapter(config.adapter ?? {}, outbox, keys, config)))
    const adapter = withSignIns(bound, context, { facts, begun })
    return called && strategyOf(called)?.ownUsers
      ? withOwnUsers(adapter, called, { config, isLink: link !== undefined })
      : adapter
  }
  const adapter = config.adapter && toAdapter()
  return {
    raw,
    skipCSRFCheck,
    trustHost: true,
    basePath: toCoreBasePath(context.basePath),
    secret: [...config.baseSecrets],
    providers: hideFromConfigCheck([
      toCoreProvider(called, {
        ...{ outbox, secret: secrets[0], writeMail, passkey, adapter: adapter ?? {} },
        warn: (warning) => warnOnce(config, warning),
        strategyUser: external,
      }),
    ]),
    session: toCoreSession(config, facts),
    jwt: createSessionJwt(context, facts, proofWatch),
    callbacks: wrapCallbacks(context, destination, facts),
    pages: config.pages.newUser ? { newUser: config.pages.newUser } : {},
    theme: { ...config.theme },
    useSecureCookies: cookies === config.cookies.secure,
    cookies: copyCookies(cookies),
    experimental: { enableWebAuthn: true },
    ...(adapter && { adapter }),
    ...(config.redirectProxyUrl && { redirectProxyUrl: config.redirectProxyUrl }),
  }
}

/** Somebody who types a password on our page shows who they are, whoever checks it. */
function startFacts(called: ResolvedProvider, remembered: boolean): Facts {
  const outside = strategyOf(called)
  const methods = [outside?.fields ? "credentials" : called.type]
  return { ownUsers: outside?.ownUsers === true, methods, remembered }
}

/** Core makes the rows of new sessions, and leaves those that go on to us. */
function toCoreSession(config: AuthContext["config"], facts: Facts): NonNullable<AuthConfig["session"]> {
  const { maxAge, updateAge } = timesOf(facts.remembered !== false, config)
  const generateSessionToken = () => createSessionToken(config)
  return { strategy: config.session.strategy, maxAge, updateAge, generateSessionToken }
}

/** Core's way to seal a session is ours, so that it has an identity from the start. */
function createSessionJwt(
  context: AuthContext,
  facts: Facts,
  proofWatch: ProofWatch,
): NonNullable<AuthConfig["jwt"]> {
  const { config, cookies } = context
  return {
    maxAge: config.session.maxAge,
    encode: async ({ token }) => {
      const claims = beginSession(requireToken(token), facts)
      const seal = () => sealToken(claims, context)
      const revokeAgain = () => revoke(revocationKeys(claimsOf(claims).sid, undefined), config)
      return (await proofWatch.store(claims.sub, seal, revokeAgain)).sealed
    },
    decode: async ({ token = "" }) => {
      const decoded = await sessionCodecOf(config, cookies.sessionToken.name).open(token)
      return decoded.status === "valid" ? decoded.payload : null
    },
  }
}

/** A callback that forgot to return its token must not sign in nobody in particular. */
function requireToken(token: JWT | undefined): JWT {
  if (typeof token === "object" && token !== null) return token
  throw new TypeError("callbacks.jwt returned no token. Return the token, or null to refuse the session.")
}

/** Core changes their options for some providers. */
function copyCookies(cookies: AuthContext["cookies"]): NonNullable<AuthConfig["cookies"]> {
  const copies = Object.entries(cookies).map(([key, { name, options }]) => [
    key,
    { name, options: { ...options } },
  ])
  return Object.fromEntries(copies)
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

function wrapCallbacks({ config, origin }: AuthContext, destination: string, facts: Facts): Callbacks {
  const { signIn, jwt } = config.callbacks
  return {
    signIn: async (params) => {
      if (!config.adapter) giveStableId(params, facts)
      facts.providerSession = providerSessionOf(params.account)
      if (isProvenBy(params.account)) facts.methods = [...facts.methods, proven]
      return signIn ? signIn(params) : true
    },
    redirect: ({ url }) => (url === destination ? url : resolveDestination(url, origin, config)),
    ...(jwt && config.session.strategy === "jwt" && { jwt }),
  }
}

/** Without a database core gives a user a random id at every sign-in; the account's is the same each time. */
function giveStableId(
  { user, account }: Parameters<NonNullable<Callbacks["signIn"]>>[0],
  { ownUsers }: Facts,
): void {
  if (account?.type !== "oauth" && account?.type !== "oidc") return
  const { provider, providerAccountId } = account
  user.id = ownUsers ? providerAccountId : stableUserId(provider, providerAccountId)
}

/** Whether core forwards this callback to another deployment, before it looks at any cookie. */
export function isOnRedirectProxy({ config, origin }: AuthContext, provider: ResolvedProvider): boolean {
  if (!isOAuthProvider(provider)) return false
  const proxy = provider.redirectProxyUrl ?? config.redirectProxyUrl
  return proxy !== undefined && URL.canParse(proxy) && new URL(proxy).origin === origin
}
