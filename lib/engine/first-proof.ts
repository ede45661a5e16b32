import { setTimeout as wait } from "node:timers/promises"
import type { Adapter, AdapterAccount, AdapterUser } from "@auth/core/adapters"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { isOAuthProvider } from "../config/resolve-providers.js"
import { removePasskey } from "../passkeys/remove-passkey.js"
import { strategyOf } from "../providers/strategy-provider.js"
import { claimsOfIdToken } from "../session/id-token-claims.js"
import { revokeUser } from "../session/revocation.js"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import { isMark } from "./unlinked-mark.js"

type Config = Pick<
  ResolvedConfig,
  "adapter" | "callbacks" | "providers" | "memory" | "revocation" | "session" | "jwt" | "logger"
>
type IsProven = (account: AdapterAccount, user: AdapterUser) => boolean

/**
 * `updateUser` as core calls it when somebody signs in by mail: the address is theirs from then on. Until then anybody
 * may have registered it, at a provider that does not ask, with a passkey or with a password; whoever that was must not
 * stay. So what could sign in as the user before goes first, and where that fails nobody signs in.
 */
export function onFirstProof(
  updateUser: NonNullable<Adapter["updateUser"]>,
  config: Config,
): NonNullable<Adapter["updateUser"]> {
  return async (changes) => {
    const user = changes.emailVerified ? await config.adapter?.getUser?.(changes.id) : null
    if (user && !user.emailVerified) await dropUnproven(user, isVouchedFor, config)
    return updateUser(isMark(user?.image) ? { ...changes, image: null } : changes)
  }
}

/**
 * The same for a sign-in at a provider that the app trusts with addresses (`allowDangerousEmailAccountLinking`), where core
 * links the account to whoever has registered its address.
 *
 * @param adapter of a call to core that is to link nothing else
 */
export function onTrustedLink(adapter: Adapter, config: Config): Adapter {
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
          await dropUnproven(user, isProven, config)
          const shown = isMark(user.image) ? { image: null } : {}
          await config.adapter?.updateUser?.({ id: user.id, emailVerified: new Date(), ...shown })
        }
        await linkAccount(account)
      },
    }),
  }
}

async function dropUnproven(user: AdapterUser, isProven: IsProven, config: Config): Promise<void> {
  const adapter: Adapter & Partial<AdapterExtras> = config.adapter ?? {}
  // Before the sessions: with a password that is still good a stranger would begin new ones.
  await config.callbacks.firstProof?.({ user })
  if (!adapter.listAccounts) warnOfRest(config)
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

/** Of providers whose users are the app's own an adapter need not list the accounts: their ids are the user's. */
async function ownAccountsOf({ id }: AdapterUser, { adapter, providers }: Config): Promise<AdapterAccount[]> {
  const found: AdapterAccount[] = []
  for (const provider of providers.filter((one) => strategyOf(one)?.ownUsers)) {
    const key = { provider: provider.id, providerAccountId: id }
    if (await adapter?.getUserByAccount?.(key)) found.push({ ...key, userId: id, type: "oauth" })
  }
  return found
}

/** The provider asked for a proof itself, and says so. */
function isVouchedFor({ id_token }: AdapterAccount, { email }: AdapterUser): boolean {
  const claims = claimsOfIdToken(id_token)
  return claims?.email_verified === true && String(claims.email).toLowerCase() === email.toLowerCase()
}

function warnOfRest({ logger }: Config): void {
  logger.warn(
    "unproven-accounts",
    "Somebody has proven an address that was registered before. The adapter cannot list accounts " +
      "(listAccounts), so those linked until now still sign in as this user.",
  )
}
