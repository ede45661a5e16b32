import type { AuthConfig } from "@auth/core"
import type { AdapterUser } from "@auth/core/adapters"
import type { Awaitable, PagesOptions, Theme } from "@auth/core/types"
import type { Request } from "express"
import type { AuditStore } from "../stores/audit-store.js"
import type { Limit, LimiterStore } from "../stores/limiter-store.js"
import type { LockStore } from "../stores/lock-store.js"
import type { RevocationStore } from "../stores/revocation-store.js"
import type { TextOverrides } from "../texts/texts.js"

/**
 * The options of `ExpressAuth`: those of Auth.js, and the ones below.
 *
 * @see https://authjs.dev/reference/core#authconfig
 */
export interface ExpressAuthConfig
  extends Omit<AuthConfig, "raw" | "session" | "callbacks" | "events" | "pages" | "theme"> {
  /** How long sessions last and where they are stored. */
  session?: SessionOptions
  /** Functions that control sign-in, redirects and the content of sessions. */
  callbacks?: CallbackOptions
  /** Functions that are told what has happened. One that fails is logged and changes nothing. */
  events?: EventOptions
  /** Pages of the app that replace built-in ones. */
  pages?: PageOptions
  /** The look of the built-in pages, and where they lead. */
  theme?: ThemeOptions
  /**
   * Whether the sign-in page marks the provider last used in this browser. Its id is kept in a cookie for a year, unless
   * there is a single provider, or the visitor did not want to be remembered.
   *
   * @default true
   */
  lastUsed?: boolean
  /**
   * Makes sign-out, "sign out everywhere" and `auth.sessions` end sessions immediately. Without it, a copied session
   * token stays valid until it expires. `false` disables revocation.
   *
   * @default the adapter's store with the JWT strategy, if `database()` or `redis()` provides one; otherwise none
   */
  revocation?: RevocationStore | false
  /**
   * Locks for work that only one process may do at a time, such as refreshing an access token, accepting a single-use
   * challenge, or unlinking an account. All processes must share it.
   *
   * @default the adapter's store, if `database()` or `redis()` provides one; otherwise `memoryLocks()`
   */
  locks?: LockStore
  /**
   * Counts failed sign-ins and sent mails for the `limits`. All processes must share it.
   *
   * @default the adapter's store, if `database()` or `redis()` provides one; otherwise `memoryLimiter()`
   */
  limiter?: LimiterStore
  /**
   * Limits on failed sign-ins and sent mails. `false` disables all of them.
   *
   * @default those of each member, e.g. 10 failed sign-ins for one name from one address in 15 minutes
   */
  limits?: LimitOptions | false
  /**
   * Records who signed in, what was refused, and which sessions and accounts changed, for `auth.audit.list()`. Without
   * tokens, passwords, names and addresses. `true` stands for the defaults.
   *
   * @default false
   */
  audit?: boolean | AuditOptions
  /**
   * The URL of this app as browsers see it, e.g. `https://example.com`, or `https://example.com/app/auth` behind a
   * proxy that strips a prefix. Determines form actions, redirect URIs, cookie prefixes and mailed links.
   *
   * @default process.env.AUTH_URL; without it, the host of each request as Express's `trust proxy` determines it
   */
  url?: string
  /**
   * The hosts that requests may be sent to when `url` is not set, e.g. `["example.com", "*.example.com"]`. Other hosts
   * get 400, so that an attacker cannot have links to another host mailed.
   *
   * @default any host
   */
  hosts?: readonly string[]
  /**
   * Other origins whose pages may sign users in and out, with the CSRF token, and to which users may be redirected,
   * e.g. `["https://app.example.com", "http://localhost:5173"]`. Exact origins: scheme, host and port. Scripts on these
   * origins can act on behalf of signed-in users, so list only your own.
   *
   * @default []
   */
  trustedOrigins?: readonly string[]
  /**
   * Messages for the sign-in page, by the `code` of your `CredentialsSignin` errors or by Auth.js's error codes.
   *
   * @example { locked: "Your account is locked for 15 minutes.", AccessDenied: "Ask your administrator for access." }
   */
  messages?: Readonly<Record<string, string>>
  /**
   * The language of the built-in pages and mails, as a BCP 47 tag such as `"de"`, or a function that returns it for each
   * request. Where it returns none, or one that there are no texts for, the visitor's `Accept-Language` decides.
   *
   * @default the visitor's `Accept-Language`, else English
   * @example locale: (req) => req.cookies.language
   */
  locale?: string | ((req: Request) => string | undefined)
  /**
   * Your own texts for the built-in pages and mails, by language and key: they replace ours, and add languages. Patterns
   * of ICU MessageFormat; `lib/texts/en.ts` lists all keys.
   *
   * @example { de: { "signIn.heading": "Willkommen zurück" } }
   */
  texts?: TextOverrides
  /**
   * A folder with your own templates, partials and style sheet, each of which replaces the built-in one of that name. A
   * path relative to the working directory, an absolute path, or a `file:` URL.
   *
   * @default the built-in ones
   * @see {@link https://github.com/express-authjs/express-authjs/blob/main/docs/reference/views.md Views}
   * @example views: new URL("views/auth", import.meta.url)
   */
  views?: string | URL
  /**
   * Mails users what happens to their account: a sign-in on a new device, a linked or unlinked account, an added or removed
   * passkey. `true` sends all of them, an object all except those that are `false`. Needs an e-mail provider or
   * `sendMail`. A change of the address is mailed in any case.
   *
   * @default false
   * @example notices: { newDevice: false }
   */
  notices?: boolean | NoticeOptions
  /**
   * Sends mails that are not for signing in, such as notices and the mail that proves a new e-mail address.
   *
   * @default the first e-mail provider, unless it has a `sendVerificationRequest` of the app's own
   */
  sendMail?: (mail: OutgoingMail) => Awaitable<unknown>
  /**
   * The name of the tenant, 1 to 200 characters. Sessions, pending sign-ins and forms are valid within their tenant
   * only. Set it when a function chooses the configuration; otherwise the request's host and the content of the
   * configuration identify the tenant.
   *
   * @default none for a configuration object: its cookies are interchangeable with those of Auth.js
   */
  tenant?: string
  /**
   * The first part of every cookie name, after `__Secure-` or `__Host-`. Apps on the same host need different prefixes.
   *
   * @default "authjs"
   */
  cookiePrefix?: string
  /**
   * The maximum size of request bodies under the mount, in bytes.
   *
   * @default 102400
   */
  bodyLimit?: number
}

/** What users are told of by mail. */
export interface NoticeOptions {
  /**
   * A sign-in with a browser in which the user has not signed in before. A new user's first sign-in is none.
   *
   * @default true
   */
  newDevice?: boolean
  /**
   * An account at a provider that can now sign in as the user.
   *
   * @default true
   */
  accountLinked?: boolean
  /**
   * An account at a provider that can no longer sign in as the user.
   *
   * @default true
   */
  accountUnlinked?: boolean
  /**
   * A passkey that was added to the user's account.
   *
   * @default true
   */
  passkeyAdded?: boolean
  /**
   * A passkey that was removed from the user's account.
   *
   * @default true
   */
  passkeyRemoved?: boolean
}

/** What the audit trail stores, where and for how long. */
export interface AuditOptions {
  /**
   * Days until an event is deleted. A change applies to new events.
   *
   * @default 90
   */
  days?: number
  /**
   * Whether events contain the client's network: `203.0.113.0/24` for an IPv4 address, an IPv6 /48. The whole address is
   * never stored.
   *
   * @default true
   */
  networks?: boolean
  /**
   * Where events are stored.
   *
   * @default the adapter's store, which `database()` provides
   */
  store?: AuditStore
}

/** The callbacks of Auth.js, and `firstProof`. */
export interface CallbackOptions extends NonNullable<AuthConfig["callbacks"]> {
  /**
   * Called when an e-mail address is proven for the first time: its owner signs in by mail, or through a provider with
   * `allowDangerousEmailAccountLinking`, as a user that already exists. Until then, an attacker may have registered the
   * address. Remove the user's password, API keys and other credentials of the app itself. The library removes unproven
   * accounts, passkeys and sessions. The sign-in waits for the returned promise, and fails if it rejects.
   *
   * @param params.user the user as stored, still without `emailVerified`
   * @example firstProof: ({ user }) => db.run("update users set password_hash = null where id = ?", user.id)
   */
  firstProof?: (params: { user: AdapterUser }) => Awaitable<unknown>
  /**
   * Called before a user's account is deleted at their request. Return `false`, or the reason as a string, to refuse;
   * a rejection is an error and deletes nothing. Delete the app's own data in `events.deleteUser`, or here if its tables
   * refer to the user.
   *
   * @param params.user the user as stored
   * @example deleteAccount: async ({ user }) => (await hasOpenInvoices(user.id)) ? "Pay your open invoices first." : true
   */
  deleteAccount?: (params: { user: AdapterUser }) => Awaitable<boolean | string | undefined>
  /**
   * Returns the place of a network address, such as "Vienna, Austria", for the list of a user's sessions. Only JWT
   * sessions have addresses.
   *
   * @default none: the list shows no places
   */
  place?: (params: { address: string }) => Awaitable<string | undefined>
}

/** The events of Auth.js, and `deleteUser`. */
export interface EventOptions extends NonNullable<AuthConfig["events"]> {
  /** Sent after a user has deleted their account. */
  deleteUser?: (message: { user: AdapterUser }) => Awaitable<void>
}

/** The pages of Auth.js, and `account`. Paths of this app that start with "/", or absolute URLs. */
export interface PageOptions extends Partial<PagesOptions> {
  /**
   * The page where users manage their account. `false` turns the built-in one off.
   *
   * @default the built-in page at `/auth/account`
   */
  account?: string | false
}

/** A mail to send. */
export interface OutgoingMail {
  /** The address of the recipient. */
  readonly to: string
  /** The subject line. */
  readonly subject: string
  /** The plain-text body. */
  readonly text: string
  /** The HTML body. */
  readonly html: string
}

/** The session options of Auth.js, and the ones below. */
export interface SessionOptions extends NonNullable<AuthConfig["session"]> {
  /**
   * Seconds after sign-in at which a session ends, even if it is in use.
   *
   * @default none: a session in use does not end
   */
  absoluteMaxAge?: number
  /**
   * Whether sessions outlive the browser: `"always"`, `"never"`, or `"ask"` if the user chooses so at sign-in, with the
   * checkbox "Keep me signed in", the form field `remember` or the `remember` option of `signIn()`.
   *
   * @default "always"
   */
  remember?: "always" | "ask" | "never"
  /**
   * Seconds until an unused session expires that does not outlive the browser. Its cookie ends with the browser, but
   * browsers that restore tabs restore the cookie too.
   *
   * @default 86400, or `maxAge` if that is less
   */
  unrememberedMaxAge?: number
  /**
   * Size of the cache for decrypted sessions, in bytes. `false` decrypts the cookie on every request.
   *
   * @default 4194304
   */
  cache?: number | false
  /**
   * What happens while the revocation store is unavailable: `"closed"` responds with 503, `"open"` accepts sessions
   * that may have been revoked.
   *
   * @default "closed"
   */
  revocationFailure?: "closed" | "open"
  /**
   * Keeps the provider's access and refresh tokens in the encrypted session, so that `auth.accessToken()` works without
   * a database. Makes the cookie larger. Requires the JWT strategy with the built-in encryption.
   *
   * @default false
   */
  keepTokens?: boolean
}

/** Limits on sign-ins and mails. `false` disables a limit. */
export interface LimitOptions {
  /**
   * Failed credentials sign-ins for one name from one address.
   *
   * @default { limit: 10, window: 900 }
   */
  nameFromClient?: Limit | false
  /**
   * Failed credentials sign-ins for one name from all addresses. An attacker can exhaust it and lock the user out until
   * the window ends, so keep the window short.
   *
   * @default { limit: 100, window: 3600 }
   */
  name?: Limit | false
  /**
   * Failed sign-ins with credentials or a passkey, and requested mails, from one address: an IPv4 address or an IPv6
   * /64 network, according to `req.ip`. A whole office may share one address.
   *
   * @default { limit: 100, window: 900 }
   */
  client?: Limit | false
  /**
   * Mails to one address. Each mail allows five guesses at its code.
   *
   * @default { limit: 5, window: 900 }
   */
  mail?: Limit | false
  /**
   * Mails to one address in the long run, by default per day.
   *
   * @default { limit: 20, window: 86400 }
   */
  mailPerDay?: Limit | false
}

/**
 * The look of the built-in pages: the `theme` of Auth.js, with a name and links.
 *
 * @see https://authjs.dev/reference/core/types#theme
 */
export interface ThemeOptions extends Theme {
  /** The name of the app on its pages. Mails contain its host, which senders cannot choose. @default the host */
  name?: string
  /** Links below every page, each a path of the app or a URL of `https:`, `http:` or `mailto:`. @default none */
  links?: {
    /** The terms of service. */
    terms?: string
    /** The privacy policy. */
    privacy?: string
    /** Where users get help. */
    support?: string
  }
}

/** The options, or a function that returns them for each request, as apps with several tenants do. */
export type ExpressAuthOptions<Request> =
  | ExpressAuthConfig
  | ((req: Request) => ExpressAuthConfig | Promise<ExpressAuthConfig>)

/** The names of all options; others are rejected as typos. */
export const optionNames = [
  "adapter",
  "audit",
  "basePath",
  "bodyLimit",
  "callbacks",
  "cookiePrefix",
  "cookies",
  "debug",
  "events",
  "experimental",
  "hosts",
  "jwt",
  "lastUsed",
  "limiter",
  "limits",
  "locale",
  "locks",
  "logger",
  "messages",
  "notices",
  "pages",
  "providers",
  "redirectProxyUrl",
  "revocation",
  "secret",
  "sendMail",
  "session",
  "skipCSRFCheck",
  "tenant",
  "texts",
  "theme",
  "trustHost",
  "trustedOrigins",
  "url",
  "useSecureCookies",
  "views",
] as const satisfies readonly (keyof ExpressAuthConfig)[]

type Names<Option extends keyof ExpressAuthConfig> = Record<
  keyof Exclude<ExpressAuthConfig[Option], undefined | boolean>,
  true
>

/**
 * The names inside options that are objects; others are rejected. A misspelt `callbacks.signin` would never be called,
 * and every user it was meant to refuse could sign in.
 */
export const memberNames = {
  audit: { days: true, networks: true, store: true } satisfies Names<"audit">,
  callbacks: {
    deleteAccount: true,
    firstProof: true,
    jwt: true,
    place: true,
    redirect: true,
    session: true,
    signIn: true,
  } satisfies Names<"callbacks">,
  cookies: {
    callbackUrl: true,
    csrfToken: true,
    nonce: true,
    pkceCodeVerifier: true,
    sessionToken: true,
    state: true,
    webauthnChallenge: true,
  } satisfies Names<"cookies">,
  events: {
    createUser: true,
    deleteUser: true,
    linkAccount: true,
    session: true,
    signIn: true,
    signOut: true,
    updateUser: true,
  } satisfies Names<"events">,
  experimental: { enableWebAuthn: true } satisfies Names<"experimental">,
  jwt: { decode: true, encode: true, maxAge: true } satisfies Names<"jwt">,
  limits: {
    client: true,
    mail: true,
    mailPerDay: true,
    name: true,
    nameFromClient: true,
  } satisfies Names<"limits">,
  notices: {
    accountLinked: true,
    accountUnlinked: true,
    newDevice: true,
    passkeyAdded: true,
    passkeyRemoved: true,
  } satisfies Names<"notices">,
  pages: {
    account: true,
    error: true,
    newUser: true,
    signIn: true,
    signOut: true,
    verifyRequest: true,
  } satisfies Names<"pages">,
  session: {
    absoluteMaxAge: true,
    cache: true,
    generateSessionToken: true,
    keepTokens: true,
    maxAge: true,
    remember: true,
    revocationFailure: true,
    strategy: true,
    unrememberedMaxAge: true,
    updateAge: true,
  } satisfies Names<"session">,
  theme: {
    brandColor: true,
    buttonText: true,
    colorScheme: true,
    links: true,
    logo: true,
    name: true,
  } satisfies Names<"theme">,
}
