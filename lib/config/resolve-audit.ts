import type { Adapter } from "@auth/core/adapters"
import { ConfigError } from "../errors.js"
import type { SharedStores } from "../stores/adapter-extras.js"
import type { AuditStore } from "../stores/audit-store.js"
import type { ExpressAuthConfig } from "./options.js"
import { requirePositive } from "./require-positive.js"

/** The audit trail of a configuration. */
export interface ResolvedAudit {
  /** Where events are stored. */
  readonly store: AuditStore
  /** Days until an event may be deleted. */
  readonly days: number
  /** Whether events contain the client's network. */
  readonly networks: boolean
}

/**
 * Resolves the option `audit`. Its store is the adapter's, unless the option names another.
 *
 * @returns `undefined` if nothing is to be recorded
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
 */
export function resolveAudit({ audit, adapter }: ExpressAuthConfig): ResolvedAudit | undefined {
  if (audit === undefined || audit === false) return
  const { days = 90, networks = true, store } = audit === true ? {} : audit
  requirePositive("audit.days", days)
  if (typeof networks !== "boolean")
    throw invalid(`\`audit.networks\` is ${JSON.stringify(networks)}; expected true or false.`)
  return Object.freeze({
    store: store === undefined ? storeOf(adapter) : requireStore(store),
    days,
    networks,
  })
}

const methods = ["add", "list", "forget"] as const

function isStore(store: AuditStore | undefined): store is AuditStore {
  return methods.every((name) => typeof store?.[name] === "function")
}

function requireStore(store: AuditStore): AuditStore {
  if (isStore(store)) return store
  throw invalid("`audit.store` must be a store with add(), list() and forget(), e.g. store: sqlAudit(db).")
}

function storeOf(adapter: (Adapter & SharedStores) | undefined): AuditStore {
  if (isStore(adapter?.audit)) return adapter.audit
  const fix = "Pass adapter: database(url), or name a store: audit: { store: sqlAudit(db) }."
  if (!adapter) throw new ConfigError("ERR_AUTH_MISSING_ADAPTER", `\`audit\` needs a database. ${fix}`)
  throw new ConfigError(
    "ERR_AUTH_ADAPTER_METHOD",
    `\`audit\` needs a store, which the adapter does not have. ${fix}`,
  )
}

function invalid(message: string): ConfigError {
  return new ConfigError("ERR_AUTH_INVALID_OPTION", message)
}
