import { setTimeout as wait } from "node:timers/promises"
import type { Adapter, AdapterAccount, AdapterUser } from "@auth/core/adapters"
import type { AdapterExtras } from "../config/adapter-extras.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { revoke } from "../session/revocation.js"
import { claimsOfIdToken } from "./provider-session-of.js"
import { removePasskey } from "./remove-passkey.js"

type Config = Pick<ResolvedConfig, "adapter" | "providers" | "revocation" | "session" | "jwt" | "logger">

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
    if (user && !user.emailVerified) await dropUnproven(user, config)
    return updateUser(changes)
  }
}

async function dropUnproven(user: AdapterUser, config: Config): Promise<void> {
  const adapter: Adapter & Partial<AdapterExtras> = config.adapter ?? {}
  if (!adapter.listAccounts) warnOfRest(config)
  for (const account of (await adapter.listAccounts?.(user.id)) ?? [])
    if (!isProven(account, user))
      await adapter.unlinkAccount?.({
        provider: account.provider,
        providerAccountId: account.providerAccountId,
      })
  for (const row of (await adapter.listAuthenticatorsByUserId?.(user.id)) ?? [])
    await removePasskey(config, row)
  await adapter.deleteUserSessions?.(user.id)
  if (!config.revocation) return
  await revoke([`sub:${user.id}`], config)
  // What began in the millisecond of a revocation counts as revoked, and the next session begins now.
  await wait(2)
}

/** The provider asked for a proof itself, and says so. */
function isProven({ id_token }: AdapterAccount, { email }: AdapterUser): boolean {
  const claims = claimsOfIdToken(id_token)
  return claims?.email_verified === true && String(claims.email).toLowerCase() === email.toLowerCase()
}

function warnOfRest({ logger }: Config): void {
  logger.warn(
    "unproven-accounts",
    "Somebody has proven an address by mail that was registered before. The adapter cannot list accounts " +
      "(listAccounts), so those linked until now still sign in as this user.",
  )
}
