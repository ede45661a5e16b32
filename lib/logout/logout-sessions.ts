import type { ResolvedConfig } from "../config/resolve-config.js"
import { stableUserId } from "../providers/stable-user-id.js"
import { endUserSessions, requireRevocation } from "../session/end-session.js"
import { type ProviderSession, providerSessionKeys, toProviderSession } from "../session/provider-session.js"
import { revoke } from "../session/revocation.js"
import { deleteRow } from "../session/session-row.js"
import { readSignInText } from "../session/sign-in-record.js"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import type { LogoutClaims } from "./logout-token.js"

/**
 * Ends the sessions that a provider signed out: with `sid` those started in that session of the provider, with `sub`
 * alone all of the account's user. Finding none is not an error.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` or `ERR_AUTH_ADAPTER_METHOD` if nothing can end the sessions
 * @throws whatever the adapter or the revocation store throws
 */
export async function endProviderSessions(
  { sub, sid }: LogoutClaims,
  { provider, config }: { provider: string; config: ResolvedConfig },
): Promise<void> {
  if (sid !== undefined) return endSessionsStartedIn(toProviderSession(provider, sid), sub, config)
  const userId = await userIdOf(provider, sub, config)
  if (userId !== undefined) await endUserSessions(userId, config)
}

/**
 * Finds rows through their user, if the adapter stores the sign-in in the row. A revocation store also covers rows that
 * the adapter cannot list.
 */
async function endSessionsStartedIn(
  session: ProviderSession,
  sub: string | undefined,
  config: ResolvedConfig,
): Promise<void> {
  const [provider = ""] = session.split(":")
  const extras = config.adapter as Partial<AdapterExtras> | undefined
  const canList =
    config.session.strategy === "database" &&
    extras?.listSessions &&
    sub !== undefined &&
    (await extras.keepsSignIn?.()) === true
  if (!canList) requireRevocation(config)
  const userId = canList ? await userIdOf(provider, sub, config) : undefined
  const rows = userId === undefined ? [] : ((await extras?.listSessions?.(userId)) ?? [])
  for (const { sessionToken, signIn } of rows)
    if (readSignInText(signIn)?.providerSession === session) await deleteRow(sessionToken, config)
  if (config.revocation) await revoke(providerSessionKeys(session), config)
}

/** Returns the id of the account's user; `undefined` if there is none. */
export async function userIdOf(
  provider: string,
  sub: string | undefined,
  { adapter }: ResolvedConfig,
): Promise<string | undefined> {
  if (sub === undefined) return
  if (!adapter) return stableUserId(provider, sub)
  const user = await adapter.getUserByAccount?.({ provider, providerAccountId: sub })
  return user?.id
}
