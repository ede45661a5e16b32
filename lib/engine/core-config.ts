import { type AuthConfig, raw, skipCSRFCheck } from "@auth/core"
import type { Adapter } from "@auth/core/adapters"
import type { JWT } from "@auth/core/jwt"
import type { AuthContext } from "../http/auth-context.js"
import { resolveDestination } from "../http/safe-redirect.js"
import type { MailWriter } from "../mail/held-mail.js"
import type { Outbox } from "../mail/outbox.js"
import { toPasskeyConfig } from "../passkeys/passkey-call.js"
import type { DiscoveredServer } from "../providers/discovery.js"
import { stableUserId } from "../providers/stable-user-id.js"
import { withOwnUsers } from "../providers/strategy-provider.js"
import { sessionCodecOf } from "../session/codec/session-codec.js"
import { issueToken } from "../session/issue-token.js"
import { isProvenBy, providerSessionOf } from "../session/provider-session.js"
import { revocationKeys, revoke } from "../session/revocation.js"
import { beginSession, claimsOf, type SignInFacts } from "../session/session-claims.js"
import { createSessionToken } from "../session/session-token.js"
import { proven } from "../session/sign-in-proof.js"
import type { CreatedSession } from "../session/sign-in-record.js"
import { toCoreAdapter, withSignIns } from "./core-adapter.js"
import { type SignedIn, toCoreEvents } from "./core-events.js"
import { toCoreProvider } from "./core-provider.js"
import { createCredentialsSession } from "./credentials-session.js"
import { onTrustedLink } from "./first-proof.js"
import type { FirstSignIn } from "./first-sign-in.js"
import { toLinkConfig } from "./link-intent.js"
import type { ProofWatch } from "./proof-watch.js"
import type { CoreAction, SignInAttempt } from "./sign-in-attempt.js"
import { withTokenKeeping } from "./token-keeping.js"

type Callbacks = NonNullable<AuthConfig["callbacks"]>
type CoreConfig = AuthConfig & { raw: typeof raw }

/** What the parts of one call to core share. */
export interface CoreCall {
  readonly action: CoreAction
  /** The base path, escaped for core. */
  readonly basePath: string
  /** Holds the mail until core is done. */
  readonly outbox: Outbox
  readonly firstSignIn: FirstSignIn
  /** Removes what this call stores while another proves the address. */
  readonly proofWatch: ProofWatch
  /** Receives the companion cookie of the session that core starts. */
  readonly created: CreatedSession
  /** Receives who has signed in. */
  readonly signedIn: SignedIn
  /** Receives what the provider says of itself. */
  readonly discovered: DiscoveredServer
  /** Receives what core logs as an error. */
  readonly errors: Error[]
  readonly writeMail: MailWriter | undefined
}

/** What one call to core finds out about the sign-in. */
type Facts = { -readonly [Name in keyof SignInFacts]: SignInFacts[Name] } & {
  /** Whether the provider's users are the app's own. */
  readonly ownUsers: boolean
}

/**
 * Creates the configuration of one call to core: a fresh object, since core writes to it. Passes core only the options
 * it needs; CSRF, pages, our cookies and the session reader are not among them.
 */
export function toCoreConfig(attempt: SignInAttempt, call: CoreCall): CoreConfig {
  const { context, link, passkey } = attempt
  const { proofWatch } = call
  const facts = startFacts(attempt)
  const base = toBaseConfig(attempt, call, facts)
  const config: CoreConfig = {
    ...base,
    ...(context.config.session.keepTokens && withTokenKeeping(base)),
    ...(base.adapter &&
      !link && { adapter: onTrustedLink(base.adapter, context.config, () => proofWatch.stop()) }),
    ...(link && toLinkConfig(base, { ...link, requireLive: attempt.requireLive })),
    ...(attempt.provider.type === "credentials" && createCredentialsSession(attempt, call)),
  }
  return passkey ? toPasskeyConfig(config, passkey) : config
}

function toBaseConfig(attempt: SignInAttempt, call: CoreCall, facts: Facts): CoreConfig {
  const { context } = attempt
  const { config, cookies } = context
  const { pages, logger, redirectProxyUrl } = config
  const adapter = config.adapter && toAdapter(attempt, call, facts)
  return {
    raw,
    skipCSRFCheck,
    trustHost: true,
    basePath: call.basePath,
    secret: [...config.baseSecrets],
    events: toCoreEvents(attempt, call),
    providers: hideFromConfigCheck([
      call.firstSignIn.notePicture(toCoreProvider(attempt, { ...call, adapter: adapter ?? {} })),
    ]),
    session: toCoreSession(attempt),
    jwt: createSessionJwt(context, facts, call.proofWatch),
    callbacks: wrapCallbacks(attempt, facts),
    pages: pages.newUser ? { newUser: pages.newUser } : {},
    theme: { ...config.theme },
    useSecureCookies: cookies === config.cookies.secure,
    cookies: copyCookies(cookies),
    experimental: { enableWebAuthn: true },
    logger: { error: (error) => void call.errors.push(error), warn: logger.warn, debug: logger.debug },
    ...(adapter && { adapter }),
    ...(redirectProxyUrl && { redirectProxyUrl }),
  }
}

function toAdapter(
  attempt: SignInAttempt,
  { outbox, firstSignIn, proofWatch, created }: CoreCall,
  facts: Facts,
): Adapter {
  const { context, provider, strategy, link } = attempt
  const bound = firstSignIn.wrap(proofWatch.wrap(toCoreAdapter(attempt, outbox)))
  const adapter = withSignIns(bound, context, { facts, created })
  if (!strategy?.ownUsers) return adapter
  return withOwnUsers(adapter, provider, { config: context.config, isLink: link !== undefined })
}

/** A password typed on our page counts as credentials, no matter which provider checks it. */
function startFacts({ strategy, provider, remembered }: SignInAttempt): Facts {
  const methods = [strategy?.fields ? "credentials" : provider.type]
  return { ownUsers: strategy?.ownUsers === true, methods, remembered }
}

/** Core creates the rows of new sessions; we renew them. */
function toCoreSession({ context: { config }, times }: SignInAttempt): NonNullable<AuthConfig["session"]> {
  const { maxAge, updateAge } = times
  const generateSessionToken = () => createSessionToken(config)
  return { strategy: config.session.strategy, maxAge, updateAge, generateSessionToken }
}

/** Makes core seal sessions as we do, so that each has an id from the start. */
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
      const { sealed } = await issueToken(claims, context)
      await proofWatch.check(claims.sub, () =>
        revoke(revocationKeys(claimsOf(claims).sid, undefined), config),
      )
      return sealed
    },
    decode: async ({ token = "" }) => {
      const decoded = await sessionCodecOf(config, cookies.sessionToken.name).open(token)
      return decoded.status === "valid" ? decoded.payload : null
    },
  }
}

/** Without a token, core would sign in a user without an id. */
function requireToken(token: JWT | undefined): JWT {
  if (typeof token === "object" && token !== null) return token
  throw new TypeError("callbacks.jwt returned no token. Return the token, or null to refuse the session.")
}

/** Copies the definitions, because core changes the options for some providers. */
function copyCookies(cookies: AuthContext["cookies"]): NonNullable<AuthConfig["cookies"]> {
  const copies = Object.entries(cookies).map(([key, { name, options }]) => [
    key,
    { name, options: { ...options } },
  ])
  return Object.fromEntries(copies)
}

/**
 * Hides providers from core's config check, which remembers in module variables that any instance had an e-mail,
 * credentials or passkey provider, and then requires an adapter from all others in the process. Only that check uses
 * `for…of`, so an array that iterates over nothing is enough. We check each configuration ourselves.
 */
function hideFromConfigCheck(providers: AuthConfig["providers"]): AuthConfig["providers"] {
  return Object.defineProperty(providers, Symbol.iterator, { value: [].values.bind([]) })
}

function wrapCallbacks({ context, destination }: SignInAttempt, facts: Facts): Callbacks {
  const { config, origin } = context
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

/** Gives a user the same id at every sign-in; without a database core would choose a random one. */
function giveStableId(
  { user, account }: Parameters<NonNullable<Callbacks["signIn"]>>[0],
  { ownUsers }: Facts,
): void {
  if (account?.type !== "oauth" && account?.type !== "oidc") return
  const { provider, providerAccountId } = account
  user.id = ownUsers ? providerAccountId : stableUserId(provider, providerAccountId)
}
