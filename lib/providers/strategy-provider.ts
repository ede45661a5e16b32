import { type AuthConfig, customFetch } from "@auth/core"
import type { Adapter, AdapterAccount } from "@auth/core/adapters"
import { AuthError, OAuthAccountNotLinked } from "@auth/core/errors"
import type { Profile, TokenSet } from "@auth/core/types"
import type { Request } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import { canProveAddresses } from "../config/warn-of-unproven-passwords.js"
import { ExpressAuthError } from "../errors.js"
import type { Body } from "../http/read-body.js"
import type { ActiveSession } from "../session/to-session.js"

/**
 * A provider whose talk with the visitor is not core's: somebody else finds out who they are. From there on it is a
 * provider like all others: core makes users, accounts and sessions of it.
 */
export interface StrategyProvider {
  /** What the visitor types on our page, by name; without fields, they are sent elsewhere. */
  readonly fields?: Readonly<Record<string, object>>
  /** The ids of its users are those of the app's own, and no user is made. */
  readonly ownUsers: boolean
  /** Goes one step further: at sign-in, and whenever the visitor comes back. */
  advance(step: StrategyStep): Promise<StrategyOutcome>
}

/** What an external provider is given. */
export interface StrategyStep {
  readonly req: Request
  /** Where it sends the visitor back to. */
  readonly callbackUrl: string
  readonly method: "GET" | "POST"
  readonly query: Readonly<Record<string, string>>
  readonly body: Body
  /** The app's options for this one sign-in, e.g. `{ prompt: "login" }`; they override the provider's own. */
  readonly params: Readonly<Record<string, string>>
  /** What the visitor's address asks for, e.g. `{ login_hint: "ada" }`; the provider's own options override it. */
  readonly hints: Readonly<Record<string, string>>
  /** What it keeps until the visitor comes back; changed in place, and sealed in a cookie. */
  readonly session: Record<string, unknown>
  /** The session that asked for an account to be linked; without it the visitor signs in. */
  readonly linking?: { readonly session: ActiveSession; readonly config: ResolvedConfig } | undefined
}

export type StrategyOutcome =
  | ({ readonly type: "success"; readonly info?: unknown } & StrategyUser)
  | { readonly type: "redirect"; readonly url: string }
  /** HTML of its own, such as a form that posts itself to another site. */
  | { readonly type: "page"; readonly html: string }
  /** It is not them, or it has no opinion. `message` is for the person. */
  | { readonly type: "refusal"; readonly message?: string | undefined }

/** Whom an external provider has found. */
export interface StrategyUser {
  /** As core's `profile()` returns it; `id` is the account's. */
  readonly user: ProfileUser
  /** What the callbacks get as `profile`. */
  readonly profile: object
  /** Stored with the account. */
  readonly tokens: Partial<TokenSet>
}

export interface ProfileUser {
  readonly id: string
  readonly name?: string | null | undefined
  readonly email?: string | null | undefined
  readonly image?: string | null | undefined
}

/** Under which a provider's definition carries an `StrategyProvider`. */
export const external: unique symbol = Symbol("express-authjs.external")

export function strategyOf(provider: ResolvedProvider | undefined): StrategyProvider | undefined {
  return (provider as { [external]?: StrategyProvider } | undefined)?.[external]
}

/** An external provider does not let somebody in. What it has to say may be shown. */
export class StrategyRefusal extends AuthError {
  /** As in the address of the page that explains it. */
  readonly reason: "CredentialsSignin" | "AccessDenied" | "Cancelled"
  readonly shown: string | undefined

  constructor(reason: StrategyRefusal["reason"], shown?: string) {
    super(`An external provider refused: ${reason}`)
    this.reason = reason
    this.shown = shown
  }
}

const nowhere = "https://external.invalid"

/** Endpoints core never asks: what it would ask for is there already. */
export const strategyEndpoints = {
  authorization: `${nowhere}/authorize`,
  token: `${nowhere}/token`,
  userinfo: `${nowhere}/userinfo`,
} as const

/** The provider as core takes it. Whom it has found waits where core looks for tokens and a profile. */
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
 * For a provider whose users are the app's own: the account of one who signs in for the first time goes to the user who
 * has its id, whoever has its e-mail address.
 *
 * A user whose address is verified gets no account this way unless the app has `callbacks.firstProof`: the password may
 * be that of a stranger who registered the address, whose account was removed when its owner proved it. Its owner may link
 * it while signed in.
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
    `A user with a verified address was refused at "${id}": the password may be that of a stranger who registered the ` +
      "address before its owner proved it. Remove such passwords in callbacks.firstProof({ user }); with that callback " +
      "these users sign in.",
  )
  throw new OAuthAccountNotLinked("The address may have been proven after this password was set")
}

function unknownUser(id: string): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_AUTHORIZE_ID",
    `Provider "${id}" has ownUsers, but the database knows no user with the id it found. Return a user that ` +
      "adapter.getUser() finds, or drop ownUsers: a user is made then.",
  )
}
