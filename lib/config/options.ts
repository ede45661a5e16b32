import type { AuthConfig } from "@auth/core"
import type { AdapterUser } from "@auth/core/adapters"
import type { Awaitable } from "@auth/core/types"
import type { Limit, LimiterStore } from "../stores/limiter-store.js"
import type { LockStore } from "../stores/lock-store.js"
import type { RevocationStore } from "../stores/revocation-store.js"

/**
 * What a user writes: the configuration object of Auth.js, plus what Express apps need.
 *
 * @see https://authjs.dev/reference/core#authconfig
 */
export interface ExpressAuthConfig extends Omit<AuthConfig, "raw" | "session" | "callbacks"> {
  session?: SessionOptions
  callbacks?: CallbackOptions
  /**
   * Makes sign-out, "sign out everywhere" and `auth.sessions` end sessions at once. Without it a JWT that somebody
   * copied stays valid until it expires.
   *
   * @default that of the adapter, where `database()` or `redis()` brings one and sessions are tokens; `false` for none
   */
  revocation?: RevocationStore | false
  /**
   * Lets only one of several processes refresh an access token, use up an answer or challenge, or unlink an account of a
   * user. They have to share it.
   *
   * @default that of the adapter, where `database()` or `redis()` brings one; else one in the memory of the process
   */
  locks?: LockStore
  /**
   * Counts mails and failed sign-ins, which are limited, for all processes that share it.
   *
   * @default that of the adapter, where `database()` or `redis()` brings one; else one in the memory of the process
   */
  limiter?: LimiterStore
  /**
   * How many mails and failed sign-ins there may be; `false` for no limits at all.
   *
   * @default 10 passwords for one name from one address in 15 minutes, and so on: see each member
   */
  limits?: LimitOptions | false
  /**
   * Where browsers reach this app, e.g. `https://example.com` or, where a proxy strips a prefix,
   * `https://example.com/app/auth`. Decides form actions, redirect URIs, cookie prefixes and mailed links.
   *
   * @default process.env.AUTH_URL; without it, the request's own host under Express's `trust proxy`
   */
  url?: string
  /**
   * Hosts this app answers to when `url` is not set, e.g. `["example.com", "*.example.com"]`. A request for
   * another host gets 400, so that nobody can have links mailed that point at a host of theirs.
   */
  hosts?: readonly string[]
  /**
   * Other origins whose pages may sign people in and out here, with the CSRF token, and to which people may be sent back,
   * e.g. `["https://app.example.com", "http://localhost:5173"]`. Exact origins: scheme, host and port. A script that runs
   * on one of them can act for whoever is signed in, so list only origins of your own.
   *
   * @default []
   */
  trustedOrigins?: readonly string[]
  /**
   * Texts of the sign-in page, by the `code` of your `CredentialsSignin` errors, or by the error codes of Auth.js.
   *
   * @example { locked: "Your account is locked for 15 minutes.", AccessDenied: "Ask your administrator for access." }
   */
  messages?: Readonly<Record<string, string>>
  /**
   * Whose sessions, sign-ins under way and forms count: those of the same tenant. Names the tenant where a function chooses
   * the configuration; without it the request's host and the content of the configuration tell tenants apart.
   *
   * @default none for a configuration object, whose cookies are those of Auth.js
   */
  tenant?: string
  /**
   * Starts every cookie name, after `__Secure-` or `__Host-`. Give two apps on one host different prefixes.
   *
   * @default "authjs"
   */
  cookiePrefix?: string
  /**
   * Largest request body that is read under the mount, in bytes.
   *
   * @default 102400
   */
  bodyLimit?: number
}

/** The callbacks of Auth.js, and one more. */
export interface CallbackOptions extends NonNullable<AuthConfig["callbacks"]> {
  /**
   * Removes the user's password, API keys and whatever else the app itself lets this user sign in with. It is called when
   * the owner of an e-mail address signs in by mail for the first time, or through a provider with
   * `allowDangerousEmailAccountLinking`, and the user of that address existed before: until then anyone may have
   * registered it. The library removes unproven accounts, passkeys and sessions itself; it does not know the app's
   * passwords. The sign-in waits for this function and fails if it throws.
   *
   * @param params.user as stored, still without `emailVerified`
   * @example firstProof: ({ user }) => db.run("update users set password_hash = null where id = ?", user.id)
   */
  firstProof?: (params: { user: AdapterUser }) => Awaitable<unknown>
}

export interface SessionOptions extends NonNullable<AuthConfig["session"]> {
  /**
   * Seconds after sign-in when a session ends however often it was used. Unset, a session in use never ends.
   */
  absoluteMaxAge?: number
  /**
   * Who is still signed in after the browser was closed: `"always"` everybody; `"ask"` whoever says so at sign-in, by the
   * box "Keep me signed in", the field `remember` of a form or the option `remember` of `signIn()`; `"never"` nobody.
   *
   * @default "always"
   */
  remember?: "always" | "ask" | "never"
  /**
   * Seconds until an unused session ends that is not to be remembered. Its cookie ends with the browser, but browsers
   * that bring back their tabs bring it back, too.
   *
   * @default one day, or `maxAge` where that is less
   */
  unrememberedMaxAge?: number
  /**
   * Bytes of memory for sessions that were decrypted already; `false` decrypts every time.
   *
   * @default 4194304
   */
  cache?: number | false
  /**
   * What a request gets while the revocation store cannot be reached: `"closed"` answers 503, `"open"` lets sessions
   * in that may have been revoked.
   *
   * @default "closed"
   */
  revocationFailure?: "closed" | "open"
  /**
   * Keeps the provider's access and refresh token in the encrypted session, for `auth.accessToken()` without a database.
   * Makes its cookie longer. Needs the JWT strategy, encrypted by us.
   *
   * @default false
   */
  keepTokens?: boolean
}

/** Each of them can be changed, or switched off with `false`. */
export interface LimitOptions {
  /**
   * Failed sign-ins with credentials for one name, from one address.
   *
   * @default { limit: 10, window: 900 }
   */
  nameFromClient?: Limit | false
  /**
   * Failed sign-ins with credentials for one name, from anywhere. Strangers can use it up, and keep that name out for a
   * window, so it is a short one.
   *
   * @default { limit: 100, window: 3600 }
   */
  name?: Limit | false
  /**
   * Failed sign-ins with credentials or a passkey, and mails asked for, from one address: `req.ip`, of IPv6 the first half.
   * A whole office may have one.
   *
   * @default { limit: 100, window: 900 }
   */
  client?: Limit | false
  /**
   * Mails to one address. Each has five guesses at its code.
   *
   * @default { limit: 5, window: 900 }
   */
  mail?: Limit | false
  /**
   * Mails to one address in the long run.
   *
   * @default { limit: 20, window: 86400 }
   */
  mailPerDay?: Limit | false
}

/** The configuration, or a function that chooses one for each request (several tenants in one app). */
export type ExpressAuthOptions<Request> =
  | ExpressAuthConfig
  | ((req: Request) => ExpressAuthConfig | Promise<ExpressAuthConfig>)

/** Names of all options, for `resolveConfig` to tell a typing error from a wish. */
export const optionNames = [
  "adapter",
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
  "limiter",
  "limits",
  "locks",
  "logger",
  "messages",
  "pages",
  "providers",
  "redirectProxyUrl",
  "revocation",
  "secret",
  "session",
  "skipCSRFCheck",
  "tenant",
  "theme",
  "trustHost",
  "trustedOrigins",
  "url",
  "useSecureCookies",
] as const satisfies readonly (keyof ExpressAuthConfig)[]

type Names<Option extends keyof ExpressAuthConfig> = Record<
  keyof Exclude<ExpressAuthConfig[Option], undefined | boolean>,
  true
>

/**
 * Names inside options that are objects. A `callbacks.signin` that nobody calls would let everybody in whom
 * `callbacks.signIn` was to refuse.
 */
export const memberNames = {
  callbacks: {
    firstProof: true,
    jwt: true,
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
  pages: {
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
    logo: true,
  } satisfies Names<"theme">,
}
