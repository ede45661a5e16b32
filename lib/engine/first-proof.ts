import { setTimeout as wait } from "node:timers/promises"
import type { Adapter, AdapterAccount, AdapterUser } from "@auth/core/adapters"
import { isPasswordProvider } from "../config/password-provider.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { isOAuthProvider } from "../config/resolve-providers.js"
import { removePasskey } from "../passkeys/remove-passkey.js"
import { strategyOf } from "../providers/strategy-provider.js"
import { claimsOfIdToken } from "../session/id-token-claims.js"
import { revokeUser } from "../session/revocation.js"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import { noteFirstProof } from "./proof-watch.js"
import { isMark } from "./unlinked-mark.js"

type Config = Pick<
  ResolvedConfig,
  "adapter" | "callbacks" | "providers" | "memory" | "revocation" | "locks" | "session" | "jwt" | "logger"
>
type IsProven = (account: AdapterAccount, user: AdapterUser) => boolean

/**
 * Wraps `updateUser`, which core calls when a user signs in by mail and thereby proves the address. Before that, an
 * attacker may have registered it: at a provider that does not verify addresses, with a passkey or with a password. So
 * everything that could sign in as the user is removed first; if that fails, the sign-in fails.
 */
export function onFirstProof(
  updateUser: NonNullable<Adapter["updateUser"]>,
  config: Config,
): NonNullable<Adapter["updateUser"]> {
  return async (changes) => {
    const user = changes.emailVerified ? await config.adapter?.getUser?.(changes.id) : null
    const shown = isMark(user?.image) ? { ...changes, image: null } : changes
    if (!user || user.emailVerified) return updateUser(shown)
    const mark = async (emailVerified: Date | null) => updateUser({ ...shown, emailVerified })
    return prove(user, { isProven: isVouchedFor, mark }, config)
  }
}

/**
 * The same for a sign-in at a provider that the app trusts with addresses (`allowDangerousEmailAccountLinking`), where
 * core links the account to the user who has registered its address.
 *
 * @param adapter of a call to core that is to link nothing else
 * @param onProven called when this call has proven an address
 */
export function onTrustedLink(adapter: Adapter, config: Config, onProven: () => void): Adapter {
  const { createUser, linkAccount } = adapter
  const trusted = config.providers
    .filter((provider) => isOAuthProvider(provider) && provider.allowDangerousEmailAccountLinking)
    .map(({ id }) => id)
  const isProven: IsProven = (account, user) =>
    trusted.includes(account.provider) || isVouchedFor(account, user)
  let isNew = false
  return {
    ...adapter,
    ...(createUser && {
      createUser: (user) => {
        isNew = true
        return createUser(user)
      },
    }),
    ...(linkAccount && {
      linkAccount: async (account) => {
        const user = isNew ? null : await adapter.getUser?.(account.userId)
        if (user && !user.emailVerified) {
          const shown = isMark(user.image) ? { image: null } : {}
          const mark = async (emailVerified: Date | null) =>
            config.adapter?.updateUser?.({ id: user.id, emailVerified, ...shown })
          await prove(user, { isProven, mark }, config)
          onProven()
        }
        await linkAccount(account)
      },
    }),
  }
}

/**
 * Removes what could sign in as the user, marks the address as proven, and removes again: a sign-in in progress may
 * have stored an account or a session in between. Sign-ins that store something later see the mark, see `ProofWatch`.
 * Removes first, so that a crash leaves nothing of an attacker behind; if removing fails, the address stays unproven.
 */
async function prove<User>(
  user: AdapterUser,
  { isProven, mark }: { isProven: IsProven; mark: (emailVerified: Date | null) => Promise<User> },
  config: Config,
): Promise<User> {
  if (!(config.adapter as Partial<AdapterExtras> | undefined)?.listAccounts) warnOfRest(config)
  // Before the sessions: an attacker whose password still works would start new ones.
  await config.callbacks.firstProof?.({ user })
  await dropUnproven(user, isProven, config)
  await noteFirstProof(user.id, config)
  const proven = await mark(provenNow())
  try {
    await dropUnproven(user, isProven, config)
  } catch (error) {
    await mark(null).catch((failure) => config.logger.error(failure))
    throw error
  }
  return proven
}

/** Never a whole second: that is how a column looks that keeps no milliseconds. */
function provenNow(): Date {
  const now = Date.now()
  return new Date(now % 1000 === 0 ? now + 1 : now)
}

async function dropUnproven(user: AdapterUser, isProven: IsProven, config: Config): Promise<void> {
  const adapter: Adapter & Partial<AdapterExtras> = config.adapter ?? {}
  if (config.providers.some(isPasswordProvider)) await adapter.passwords?.remove(user.id)
  const accounts = (await adapter.listAccounts?.(user.id)) ?? (await ownAccountsOf(user, config))
  for (const { provider, providerAccountId } of accounts.filter((account) => !isProven(account, user)))
    await adapter.unlinkAccount?.({ provider, providerAccountId })
  for (const row of (await adapter.listAuthenticatorsByUserId?.(user.id)) ?? [])
    await removePasskey(config, row)
  await adapter.deleteUserSessions?.(user.id)
  if (!config.revocation) return
  await revokeUser(user.id, config)
  // What began in the millisecond of a revocation counts as revoked, and the next session begins now.
  await wait(2)
}

/** Finds accounts at providers whose users are the app's own without `listAccounts`: their ids are the user's. */
async function ownAccountsOf({ id }: AdapterUser, { adapter, providers }: Config): Promise<AdapterAccount[]> {
  const found: AdapterAccount[] = []
  for (const provider of providers.filter((one) => strategyOf(one)?.ownUsers)) {
    const key = { provider: provider.id, providerAccountId: id }
    if (await adapter?.getUserByAccount?.(key)) found.push({ ...key, userId: id, type: "oauth" })
  }
  return found
}

/** Whether the provider has verified the address itself, according to its id_token. */
function isVouchedFor({ id_token }: AdapterAccount, { email }: AdapterUser): boolean {
  const claims = claimsOfIdToken(id_token)
  return claims?.email_verified === true && String(claims.email).toLowerCase() === email.toLowerCase()
}

function warnOfRest({ logger }: Config): void {
  logger.warn(
    "unproven-accounts",
    "A user has proven an address that was registered before. The adapter cannot list accounts " +
      "(listAccounts), so accounts linked before can still sign in as this user.",
  )
}
