import type { AdapterAuthenticator } from "@auth/core/adapters"
import { lockKey, locksOf } from "../../account/locks-of.js"
import { recordLazily } from "../../audit/record-lazily.js"
import { requireAdapterMethods, requireExtras } from "../../config/check-adapter.js"
import type { ResolvedConfig } from "../../config/resolve-config.js"
import { type ConfigSource, fixedConfig } from "../../http/config-for.js"
import type { NoticePlace } from "../../notices/notice.js"
import { notify } from "../../notices/notify.js"
import { removePasskey } from "../../passkeys/remove-passkey.js"
import type { AdapterExtras } from "../../stores/adapter-extras.js"
import { holdLock } from "../../stores/hold-lock.js"
import { requireOtherMethod } from "../accounts/other-methods.js"
import { passkeyRefusal } from "./passkey-answer.js"

/** One of a user's passkeys, as an account page shows it. */
export interface PasskeySummary {
  /** The credential's id, in base64url: the argument of `passkeys.rename` and `passkeys.remove`. Not a secret. */
  readonly id: string
  /** The id of the user it belongs to. */
  readonly userId: string
  /** The name that the user gave it, if the adapter stores names. */
  readonly name?: string
  /** Whether it is backed up to other devices, e.g. by a password manager (WebAuthn Level 2, `credentialBackedUp`). */
  readonly synced: boolean
  /** How browsers reach it: `"internal"`, `"hybrid"`, `"usb"`, … (WebAuthn's `AuthenticatorTransport`); may be empty. */
  readonly transports: readonly string[]
}

/** Options of `passkeys.remove()`. */
export interface RemovePasskeyOptions {
  /** Whether the user has another way to sign in that is in no row, such as a password. @default false */
  hasOtherMethod?: boolean
}

/**
 * Lists and changes passkeys of users. Every change takes the owner's id and does nothing to another user's passkey,
 * because the passkey's id may come from a form. Every method throws a {@link ConfigError} (`ERR_AUTH_INVALID_OPTION`,
 * `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`) if the configuration cannot do it.
 */
export interface Passkeys {
  /** Returns a user's passkeys, in the adapter's order. */
  list(userId: string): Promise<PasskeySummary[]>
  /**
   * Renames a passkey.
   *
   * @param name 1 to 100 characters
   * @throws {ExpressAuthError} `ERR_AUTH_PASSKEY` (400) if the name is empty or too long
   */
  rename(userId: string, id: string, name: string): Promise<void>
  /**
   * Removes a passkey.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_LAST_METHOD` (409) if it is the user's last way to sign in
   */
  remove(userId: string, id: string, options?: RemovePasskeyOptions): Promise<void>
}

/**
 * Returns what `auth.passkeys` is. If a function chooses the configuration, pass one of its results:
 * `passkeysOf(config)`.
 */
export function passkeysOf(source: ConfigSource): Passkeys {
  return {
    list: async (userId) => listPasskeys(fixedConfig(source, "auth.passkeys", "passkeysOf"), userId),
    rename: async (userId, id, name) => {
      await renamePasskey(fixedConfig(source, "auth.passkeys", "passkeysOf"), { userId, id }, name)
    },
    remove: async (userId, id, options) => {
      const config = fixedConfig(source, "auth.passkeys", "passkeysOf")
      await removeUserPasskey({ config }, { userId, id }, options)
    },
  }
}

/** What identifies a user's passkey. */
export interface OwnPasskey {
  /** Whose it has to be. */
  readonly userId: string
  /** The passkey's id. */
  readonly id: string
}

/** Returns a user's passkeys, see {@link Passkeys}. */
export async function listPasskeys(config: ResolvedConfig, userId: string): Promise<PasskeySummary[]> {
  return (await listRows(config, userId)).map(toSummary)
}

/** Renames a passkey, see {@link Passkeys}. Returns whether the user has it. */
export async function renamePasskey(
  config: ResolvedConfig,
  { userId, id }: OwnPasskey,
  name: string,
): Promise<boolean> {
  const extras = requireExtras(config.adapter, "Renaming a passkey", ["renameAuthenticator"])
  const text = requireName(name)
  if (!(await findRow(config, userId, id))) return false
  await extras.renameAuthenticator(id, text)
  return true
}

/** Removes a passkey, see {@link Passkeys}. Returns whether the user had it. */
export async function removeUserPasskey(
  place: NoticePlace,
  own: OwnPasskey,
  options?: RemovePasskeyOptions,
): Promise<boolean> {
  const { config } = place
  requireExtras(config.adapter, "Removing a passkey", ["deleteAuthenticator", "unlinkAccount"])
  const work = () => remove(config, own, options)
  const isRemoved = await holdLock(locksOf(config), lockKey("unlink", own.userId), work)
  if (isRemoved) notify(place, { kind: "passkeyRemoved", userId: own.userId })
  if (isRemoved && config.audit) await recordLazily(place, "passkey-removed", { userId: own.userId })
  return isRemoved
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

/** Runs under a lock, so that of two concurrent removals the second sees what the first has left. */
async function remove(
  config: ResolvedConfig,
  { userId, id }: OwnPasskey,
  { hasOtherMethod = false }: RemovePasskeyOptions = {},
): Promise<boolean> {
  const row = await findRow(config, userId, id)
  if (!row) return false
  if (!hasOtherMethod) {
    const extras = (config.adapter ?? {}) as Partial<AdapterExtras>
    const accounts = (await extras.listAccounts?.(userId)) ?? []
    await requireOtherMethod(config, userId, { accounts, exceptPasskey: id })
  }
  await removePasskey(config, row)
  return true
}

function requireName(name: unknown): string {
  const text = typeof name === "string" ? name.trim() : ""
  if (text.length >= 1 && text.length <= 100) return text
  throw passkeyRefusal(400, "The name of a passkey must have 1 to 100 characters.")
}
