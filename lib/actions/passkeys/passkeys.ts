import type { AdapterAuthenticator } from "@auth/core/adapters"
import { requireAdapterMethods, requireExtras } from "../../config/check-adapter.js"
import type { ResolvedConfig } from "../../config/resolve-config.js"
import { type ConfigSource, fixedConfig } from "../../http/config-for.js"
import { removePasskey } from "../../passkeys/remove-passkey.js"
import type { AdapterExtras } from "../../stores/adapter-extras.js"
import { holdLock } from "../../stores/hold-lock.js"
import { lockKey, locksOf } from "../accounts/locks-of.js"
import { requireOtherMethod } from "../accounts/other-methods.js"
import { passkeyError } from "./passkey.js"

/** One of a user's passkeys, as an account page shows it. */
export interface PasskeySummary {
  /** For `passkeys.rename` and `passkeys.remove`. It is no secret. */
  readonly id: string
  readonly userId: string
  /** What its owner calls it, where the adapter keeps that. */
  readonly name?: string
  /** Whether it is kept on more than one device, such as in a password manager. */
  readonly synced: boolean
  /** How browsers reach it: `"internal"`, `"hybrid"`, `"usb"`, … */
  readonly transports: readonly string[]
}

export interface RemovePasskeyOptions {
  /** The app knows of another way to sign in that no row tells of, such as a password. @default false */
  hasOtherMethod?: boolean
}

/**
 * The passkeys of users. Every change names the owner: an id in a form may be another user's, which changes nothing.
 */
export interface Passkeys {
  /** In the order in which the adapter has them. */
  list(userId: string): Promise<PasskeySummary[]>
  /**
   * @param name 1 to 100 characters
   * @throws {ExpressAuthError} `ERR_AUTH_PASSKEY` (400) for a name that is too long, or none
   */
  rename(userId: string, id: string, name: string): Promise<void>
  /** @throws {ExpressAuthError} `ERR_AUTH_LAST_METHOD` (409) where nothing else lets the user in */
  remove(userId: string, id: string, options?: RemovePasskeyOptions): Promise<void>
}

/**
 * What `auth.passkeys` does. A configuration chosen by request has no passkeys to itself: there, name the
 * configuration, `passkeysOf(config)`.
 */
export function passkeysOf(source: ConfigSource): Passkeys {
  return {
    list: async (userId) =>
      (await listRows(fixedConfig(source, "auth.passkeys", "passkeysOf"), userId)).map(toSummary),
    rename: async (userId, id, name) => {
      const config = fixedConfig(source, "auth.passkeys", "passkeysOf")
      const extras = requireExtras(config.adapter, "Renaming a passkey", ["renameAuthenticator"])
      const text = requireName(name)
      if (await findRow(config, userId, id)) await extras.renameAuthenticator(id, text)
    },
    remove: async (userId, id, options) => {
      const config = fixedConfig(source, "auth.passkeys", "passkeysOf")
      requireExtras(config.adapter, "Removing a passkey", ["deleteAuthenticator", "unlinkAccount"])
      await holdLock(locksOf(config), lockKey("unlink", userId), () =>
        remove(config, { userId, id }, options),
      )
    },
  }
}

type Row = AdapterAuthenticator & { name?: string | null }

function toSummary({ credentialID, userId, name, ...row }: Row): PasskeySummary {
  return {
    id: credentialID,
    userId,
    ...(name && { name }),
    synced: row.credentialBackedUp,
    transports: row.transports ? row.transports.split(",") : [],
  }
}

async function listRows(config: ResolvedConfig, userId: string): Promise<Row[]> {
  requireAdapterMethods(config.adapter, "Listing passkeys", ["listAuthenticatorsByUserId"])
  return (await config.adapter?.listAuthenticatorsByUserId?.(userId)) ?? []
}

async function findRow(config: ResolvedConfig, userId: string, id: string): Promise<Row | undefined> {
  return (await listRows(config, userId)).find(({ credentialID }) => credentialID === id)
}

/** Of two that remove one passkey each at the same time, the second sees what the first has left. */
async function remove(
  config: ResolvedConfig,
  { userId, id }: { userId: string; id: string },
  { hasOtherMethod = false }: RemovePasskeyOptions = {},
): Promise<void> {
  const row = await findRow(config, userId, id)
  if (!row) return
  if (!hasOtherMethod) {
    const extras = (config.adapter ?? {}) as Partial<AdapterExtras>
    const accounts = (await extras.listAccounts?.(userId)) ?? []
    await requireOtherMethod(config, userId, { accounts, exceptPasskey: id })
  }
  await removePasskey(config, row)
}

function requireName(name: unknown): string {
  const text = typeof name === "string" ? name.trim() : ""
  if (text.length >= 1 && text.length <= 100) return text
  throw passkeyError(400, "The name of a passkey must have 1 to 100 characters.")
}
