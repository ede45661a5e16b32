import type { OAuthConfig } from "@auth/core/providers"
import type { TokenSet } from "@auth/core/types"
import { ConfigError } from "../errors.js"
import type { PageField } from "../pages/page-provider.js"
import { isAccountId } from "../providers/mend-provider.js"
import {
  external,
  type ProfileUser,
  type StrategyProvider,
  strategyEndpoints,
} from "../providers/strategy-provider.js"
import { findLinkingUser } from "./linking-user.js"
import type { PassportStrategy } from "./passport-strategy.js"
import { runStrategy } from "./run-strategy.js"

type Awaitable<Value> = Value | PromiseLike<Value>

/** What a strategy's user is made into: as `profile()` of any Auth.js provider returns it. */
export interface PassportProfile {
  /** The account's id; the same person has the same at every sign-in. */
  id: string | number | bigint
  name?: string | null | undefined
  email?: string | null | undefined
  image?: string | null | undefined
  [more: string]: unknown
}

export interface PassportProviderOptions<User extends object = Record<string, unknown>> {
  /** Names it in addresses (`/auth/signin/<id>`, `/auth/callback/<id>`) and in account rows. */
  id: string
  /** On the page's button. @default the id */
  name?: string
  /** What `passport.use()` would get. */
  strategy: PassportStrategy
  /**
   * Makes what the strategy's verify function passed to `done()` into a user.
   *
   * @default reads a profile in Passport's normal form: `id`, `displayName`, `emails[0].value`, `photos[0].value`; and
   * `sub`, `name`, `email`, `picture` of OpenID claims
   */
  profile?(user: User, info: unknown): Awaitable<PassportProfile>
  /**
   * What people type on our sign-in page, for strategies that read a form.
   *
   * @default user name and password for strategies that are called "local" or "ldapauth"; no form for all others
   */
  fields?: Readonly<Record<string, PageField>>
  /** What `passport.authenticate(name, options)` would get, e.g. `{ scope: ["email"] }`. */
  options?: object
  /** Tokens to keep with the account, for `auth.accessToken()`. @default none */
  tokens?(user: User, info: unknown): Awaitable<Partial<TokenSet>>
  /**
   * The users that the strategy finds are your database's: their ids are `user.id`, and no user is made.
   *
   * @default false: a user is made at the first sign-in, and has an account at this provider
   */
  ownUsers?: boolean
  /** Whether a known address is enough to add this account to its user. @default false */
  allowDangerousEmailAccountLinking?: boolean
  /** Logo and colours of the button, as for every provider of Auth.js. */
  style?: OAuthConfig<unknown>["style"]
}

/**
 * Any Passport strategy as a provider: it runs under our routes and cookies, without `express-session`, and what it finds
 * becomes users, accounts and sessions like those of every other provider.
 *
 * @throws {ConfigError} `ERR_AUTH_PROVIDER`
 * @example
 * ExpressAuth({
 *   providers: [
 *     PassportProvider({ id: "local", strategy: new LocalStrategy(verify), ownUsers: true }),
 *     PassportProvider({ id: "saml", name: "Okta", strategy: saml, profile: ({ nameID, email }) => ({ id: nameID, email }) }),
 *   ],
 * })
 * @see https://www.passportjs.org/packages/
 */
export function PassportProvider<User extends object = Record<string, unknown>>(
  options: PassportProviderOptions<User>,
): OAuthConfig<User> {
  checkOptions(options)
  const { id, name = id, style, allowDangerousEmailAccountLinking } = options
  return {
    ...({ id, name, type: "oauth", clientId: "passport" } as const),
    checks: ["state"],
    ...strategyEndpoints,
    client: { token_endpoint_auth_method: "none" },
    ...(style && { style }),
    ...(allowDangerousEmailAccountLinking && { allowDangerousEmailAccountLinking }),
    ...{ [external]: toExternal(options) },
  }
}

const usualFields: Readonly<Record<string, PageField>> = {
  username: { label: "User name", autocomplete: "username", required: true },
  password: { label: "Password", type: "password", required: true },
}

function toExternal<User extends object>(options: PassportProviderOptions<User>): StrategyProvider {
  const { strategy, ownUsers = false, tokens } = options
  const readsForm = strategy.name === "local" || strategy.name === "ldapauth"
  const fields = options.fields ?? (readsForm ? usualFields : undefined)
  return {
    ownUsers,
    ...(fields && { fields }),
    async advance(step) {
      const user = step.linking && (await findLinkingUser(step.req, step.linking))
      const outcome = await runStrategy(step, { strategy, options: { ...options.options }, user })
      if (outcome.type !== "success") return outcome
      const found = outcome.user as User
      return {
        type: "success",
        user: await toUser(found, outcome.info, options),
        profile: found,
        info: outcome.info,
        tokens: { ...(await tokens?.(found, outcome.info)) },
      }
    },
  }
}

/** Without an id of their own, everybody would be the same person, or a new one at each sign-in. */
async function toUser<User extends object>(
  found: User,
  info: unknown,
  { id: provider, profile = toNormalProfile }: PassportProviderOptions<User>,
): Promise<ProfileUser> {
  const { id, ...user } = await profile(found, info)
  if (isAccountId(id)) return { ...user, id: String(id) }
  throw new TypeError(
    `What the strategy of provider "${provider}" found has no id, or one that is neither text nor a safe integer. ` +
      "Return the account's id from `profile()`.",
  )
}

/** @see https://www.passportjs.org/reference/normalized-profile/ */
function toNormalProfile(user: object): PassportProfile {
  const { id, sub, displayName, name, username, email, emails, image, picture, photos } =
    user as NormalProfile
  return {
    id: id ?? sub ?? "",
    name: displayName ?? (typeof name === "string" ? name : undefined) ?? username,
    email: email ?? emails?.[0]?.value,
    image: image ?? picture ?? photos?.[0]?.value,
  }
}

interface NormalProfile {
  id?: PassportProfile["id"]
  sub?: string
  displayName?: string
  name?: unknown
  username?: string
  email?: string
  emails?: readonly { value?: string }[]
  image?: string
  picture?: string
  photos?: readonly { value?: string }[]
}

function checkOptions({ id, strategy }: PassportProviderOptions<never>): void {
  if (typeof id !== "string" || id === "")
    throw new ConfigError(
      "ERR_AUTH_PROVIDER",
      'PassportProvider needs an `id`, e.g. { id: "local", strategy }.',
    )
  if (typeof strategy?.authenticate !== "function")
    throw new ConfigError(
      "ERR_AUTH_PROVIDER",
      `PassportProvider "${id}" needs a \`strategy\`: the instance that passport.use() got, e.g. new LocalStrategy(verify).`,
    )
}
