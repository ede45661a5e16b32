import type { OAuthConfig } from "@auth/core/providers"
import type { TokenSet } from "@auth/core/types"
import { ConfigError } from "../errors.js"
import type { PageField } from "../pages/page-provider.js"
import { isAccountId } from "../providers/prepare-provider.js"
import {
  type ProfileUser,
  type StrategyProvider,
  toStrategyDefinition,
} from "../providers/strategy-provider.js"
import { findLinkingUser } from "./linking-user.js"
import type { PassportStrategy } from "./passport-strategy.js"
import { runStrategy } from "./run-strategy.js"

type Awaitable<Value> = Value | PromiseLike<Value>

/** A user as `profile()` of every Auth.js provider returns it. */
export interface PassportProfile {
  /** The account's id: stable across the user's sign-ins. */
  id: string | number | bigint
  /** The display name. */
  name?: string | null | undefined
  /** The e-mail address. */
  email?: string | null | undefined
  /** The URL of a picture. */
  image?: string | null | undefined
  [more: string]: unknown
}

/** Options of {@link PassportProvider}. */
export interface PassportProviderOptions<User extends object = Record<string, unknown>> {
  /** Used in URLs (`/auth/signin/<id>`, `/auth/callback/<id>`) and in account rows. */
  id: string
  /** Shown on the sign-in button. @default the id */
  name?: string
  /** The instance that `passport.use()` takes. */
  strategy: PassportStrategy
  /**
   * Converts the user that the strategy's verify function passed to `done()`.
   *
   * @default reads a normalized Passport profile: `id`, `displayName`, `emails[0].value`, `photos[0].value`; and
   * `sub`, `name`, `email`, `picture` of OpenID claims
   */
  profile?(user: User, info: unknown): Awaitable<PassportProfile>
  /**
   * The form fields on our sign-in page, for strategies that read a form.
   *
   * @default user name and password for strategies named "local" or "ldapauth"; none for all others
   */
  fields?: Readonly<Record<string, PageField>>
  /** The options of `passport.authenticate(name, options)`, e.g. `{ scope: ["email"] }`. @default none */
  options?: object
  /** Returns the tokens to store with the account, for `auth.accessToken()`. @default none */
  tokens?(user: User, info: unknown): Awaitable<Partial<TokenSet>>
  /**
   * Whether the strategy finds users of the app's own database: their ids become `user.id`, and no user row is created.
   *
   * @default false: the first sign-in creates a user with an account at this provider
   */
  ownUsers?: boolean
  /** Whether to link the account to an existing user with the same e-mail address. @default false */
  allowDangerousEmailAccountLinking?: boolean
  /** The button's logo and colours, as for every Auth.js provider. */
  style?: OAuthConfig<unknown>["style"]
}

/**
 * Returns an Auth.js provider that runs a Passport strategy. It uses our routes and cookies, without `express-session`,
 * and creates users, accounts and sessions like every other provider.
 *
 * @throws {ConfigError} `ERR_AUTH_PROVIDER` when `id` or `strategy` is missing
 * @example
 * ExpressAuth({
 *   providers: [
 *     PassportProvider({ id: "local", strategy: new LocalStrategy(verify), ownUsers: true }),
 *     PassportProvider({ id: "saml", name: "Okta", strategy: saml, profile: ({ nameID, email }) => ({ id: nameID, email
 * }) }),
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
    ...toStrategyDefinition<User>({ id, name }, toExternal(options)),
    ...(style && { style }),
    ...(allowDangerousEmailAccountLinking && { allowDangerousEmailAccountLinking }),
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
    fields,
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

/** Requires an account id: without one, all users would share an account, or get a new one at each sign-in. */
async function toUser<User extends object>(
  found: User,
  info: unknown,
  { id: provider, profile = toNormalProfile }: PassportProviderOptions<User>,
): Promise<ProfileUser> {
  const { id, ...user } = await profile(found, info)
  if (isAccountId(id)) return { ...user, id: String(id) }
  throw new TypeError(
    `The profile of provider "${provider}" has ${describeId(id)}; expected a non-empty string or a safe integer. Return ` +
      "the account's id from `profile()`.",
  )
}

function describeId(id: unknown): string {
  if (id === undefined || id === "") return "no `id`"
  return typeof id === "string" ? `the \`id\` "${id}"` : `an \`id\` of type ${typeof id}`
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
      `PassportProvider "${id}" needs a \`strategy\`: the instance passed to passport.use(), e.g. new LocalStrategy(verify).`,
    )
}
