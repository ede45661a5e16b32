import type { AuthConfig } from "@auth/core"
import type { Adapter, AdapterAccount } from "@auth/core/adapters"
import { AuthError, OAuthAccountNotLinked } from "@auth/core/errors"
import type { OAuthConfig } from "@auth/core/providers"
import type { Profile, TokenSet } from "@auth/core/types"
import type { Request } from "express"
import { customFetch } from "../config/custom-fetch.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import { canProveAddresses } from "../config/warn-of-unproven-passwords.js"
import { ExpressAuthError } from "../errors.js"
import type { Body } from "../http/read-body.js"
import type { ActiveSession } from "../session/to-session.js"

/**
 * A provider that a strategy runs instead of core. Once the strategy has found a user, core creates user, account and
 * session as for every provider.
 */
export interface StrategyProvider {
  /** The fields of its form on our sign-in page, by name; without them the visitor is redirected. */
  readonly fields?: Readonly<Record<string, object>> | undefined
  /** People to choose from on our sign-in page, above the form. */
  readonly people?: readonly StrategyPerson[] | undefined
  /** Whether the ids of its users are those of the app's own users, so that none is created. */
  readonly ownUsers: boolean
  /** Runs the next step: at sign-in, and whenever the visitor comes back. */
  advance(step: StrategyStep): Promise<StrategyOutcome>
}

/** A person to choose on the sign-in page, which posts the id as `person`. */
export interface StrategyPerson {
  readonly id: string
  readonly name: string
  /** What tells the person from others, in a line. */
  readonly about: string
}

/** The input of one step of a strategy. */
export interface StrategyStep {
  /** The browser's request. */
  readonly req: Request
  /** The URL to which it sends the visitor back. */
  readonly callbackUrl: string
  /** The method that the strategy sees. */
  readonly method: "GET" | "POST"
  readonly query: Readonly<Record<string, string>>
  /** What the visitor typed, or what the strategy's service sent. */
  readonly body: Body
  /** The app's options for this sign-in, e.g. `{ prompt: "login" }`; they override the provider's own. */
  readonly params: Readonly<Record<string, string>>
  /** Hints from the query, e.g. `{ login_hint: "ada" }`; the provider's own options override them. */
  readonly hints: Readonly<Record<string, string>>
  /** What the strategy keeps until the visitor comes back; changed in place, and sealed in a cookie. */
  readonly session: Record<string, unknown>
  /** The session that asked for an account to be linked; `undefined` for a sign-in. */
  readonly linking?: { readonly session: ActiveSession; readonly config: ResolvedConfig } | undefined
}

/** The outcome of one step of a strategy. */
export type StrategyOutcome =
  | ({ readonly type: "success"; readonly info?: unknown } & StrategyUser)
  | { readonly type: "redirect"; readonly url: string }
  /** A page of the strategy's own, such as a form that posts itself to another site. */
  | { readonly type: "page"; readonly html: string }
  /** The strategy found no user. `message` is for the visitor. */
  | { readonly type: "refusal"; readonly message?: string | undefined }

/** The user that a strategy has found. */
export interface StrategyUser {
  /** What core's `profile()` would return; `id` is the account's. */
  readonly user: ProfileUser
  /** What callbacks get as `profile`. */
  readonly profile: object
  /** Stored with the account. */
  readonly tokens: Partial<TokenSet>
}

/** A user as core's `profile()` returns it. */
export interface ProfileUser {
  /** The account's id. */
  readonly id: string
  readonly name?: string | null | undefined
  readonly email?: string | null | undefined
  readonly image?: string | null | undefined
}

/** The key under which a provider's definition holds its `StrategyProvider`. */
export const strategyKey: unique symbol = Symbol("express-authjs.strategy")

/** Any provider, as the holder of its strategy; without one, core runs it. */
export interface StrategyHolder {
  readonly [strategyKey]?: StrategyProvider
}

/** Returns the strategy of a provider, or `undefined` if core runs it. */
export function strategyOf(provider: ResolvedProvider | undefined): StrategyProvider | undefined {
  return (provider as StrategyHolder | undefined)?.[strategyKey]
}

/** A strategy refused a sign-in. */
export class StrategyRefusal extends AuthError {
  /** The error type of the page that explains it. */
  readonly reason: "CredentialsSignin" | "AccessDenied" | "Cancelled"
  /** The strategy's message, if the visitor may see it. */
  readonly shown: string | undefined

  constructor(reason: StrategyRefusal["reason"], shown?: string) {
    super(`The strategy refused the sign-in: ${reason}`)
    this.reason = reason
    this.shown = shown
  }
}

const nowhere = "https://external.invalid"

/** Endpoints that core requires and never requests, because the strategy has found the user already. */
const strategyEndpoints = {
  authorization: `${nowhere}/authorize`,
  token: `${nowhere}/token`,
  userinfo: `${nowhere}/userinfo`,
} as const

/** Returns the definition of a provider that a strategy runs. */
export function toStrategyDefinition<Profile>(
  { id, name }: { id: string; name: string },
  strategy: StrategyProvider,
): OAuthConfig<Profile> {
  return {
    ...({ id, name, type: "oauth", clientId: "external" } as const),
    checks: ["state"],
    ...strategyEndpoints,
    client: { token_endpoint_auth_method: "none" },
    ...{ [strategyKey]: strategy },
  }
}

/** Returns a strategy's provider as core takes it: its `fetch` and `profile()` return what the strategy has found. */
export function toStrategyCoreProvider(
  { definition: _, ...provider }: ResolvedProvider,
  known: StrategyUser | undefined,
): AuthConfig["providers"][number] {
  const answer = { access_token: "none", token_type: "bearer" }
  return {
    ...provider,
    [customFetch]: async () => Response.json(answer),
    userinfo: { url: strategyEndpoints.userinfo, request: async () => known?.profile },
    profile: (_profile: Profile, tokens: Record<string, unknown>) => {
      for (const name of Object.keys(answer)) delete tokens[name]
      Object.assign(tokens, known?.tokens)
      return { ...known?.user }
    },
  } as AuthConfig["providers"][number]
}

/**
 * Links the account of a first sign-in to the user with its id, for a provider whose users are the app's own. Email
 * addresses are not compared.
 *
 * Refuses users with a verified address unless the app has `callbacks.firstProof`: the password may be that of an
 * attacker who registered the address before its owner proved it. The owner can link the account while signed in.
 *
 * @throws {ExpressAuthError} through core: `ERR_AUTH_AUTHORIZE_ID` where the database knows no such user
 * @throws {OAuthAccountNotLinked} through core
 */
export function withOwnUsers(
  adapter: Adapter,
  provider: ResolvedProvider,
  { config, isLink }: { config: ResolvedConfig; isLink: boolean },
): Adapter {
  const { getUserByAccount, getUser } = adapter
  return {
    ...adapter,
    getUserByAccount: async (account) => {
      const known = await getUserByAccount?.(account)
      if (known || account.provider !== provider.id) return known ?? null
      const user = await getUser?.(account.providerAccountId)
      if (!user) throw unknownUser(provider.id)
      if (user.emailVerified && !isLink) refuseOldPassword(provider.id, config)
      await linkOnce(adapter, { ...account, type: "oauth", userId: user.id })
      return user
    },
  }
}

async function linkOnce({ getUserByAccount, linkAccount }: Adapter, account: AdapterAccount): Promise<void> {
  try {
    await linkAccount?.(account)
  } catch (error) {
    // Of two first sign-ins at once, the second finds the row of the first.
    if ((await getUserByAccount?.(account))?.id !== account.userId) throw error
  }
}

function refuseOldPassword(id: string, { callbacks, logger, providers }: ResolvedConfig): void {
  if (callbacks.firstProof || !canProveAddresses(providers)) return
  logger.warn(
    "first-proof",
    `A user with a verified address was refused at "${id}": an attacker may have set the password by registering the ` +
      "address before its owner did. Remove such passwords in callbacks.firstProof({ user }); with that callback " +
      "these users sign in.",
  )
  throw new OAuthAccountNotLinked("The address may have been proven after this password was set")
}

function unknownUser(id: string): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_AUTHORIZE_ID",
    `Provider "${id}" has ownUsers, but the database has no user with the id that it returned. Return a user that ` +
      "adapter.getUser() finds, or remove ownUsers to create a user at the first sign-in.",
  )
}

/** Whether a message and a value contain each other. Values under four characters occur in any message. */
export function overlaps(text: string, value: unknown): boolean {
  return typeof value === "string" && value.length >= 4 && (text.includes(value) || value.includes(text))
}
