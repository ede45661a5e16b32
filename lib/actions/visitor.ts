import type { Adapter } from "@auth/core/adapters"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import type { AuthContext } from "../http/auth-context.js"
import { strategyOf } from "../providers/strategy-provider.js"
import { readSession } from "../session/get-session.js"
import type { AdapterExtras } from "../stores/adapter-extras.js"

/** A visitor who is signed in. */
export interface Visitor {
  readonly id: string
  /** The name, or else the address; `undefined` if the session has neither. */
  readonly name: string | undefined
  /** The address, if the session has one. */
  readonly email: string | undefined
}

/**
 * Returns who the visitor is signed in as.
 *
 * @returns `undefined` for one who is signed out, or if the session cannot be read: the sign-in page must work then too
 */
export async function visitorOf({
  req,
  config,
}: Pick<AuthContext, "req" | "config">): Promise<Visitor | undefined> {
  try {
    const { session } = await readSession(req, config)
    return session ? toVisitor(session.user) : undefined
  } catch {
    return undefined
  }
}

function toVisitor({
  id,
  name,
  email,
}: {
  id?: string
  name?: string | null
  email?: string | null
}): Visitor {
  return { id: id ?? "", name: name || email || undefined, email: email || undefined }
}

/**
 * Returns the ids of the providers with which a visitor can sign in again.
 *
 * @returns `undefined` if the adapter cannot tell
 */
export async function ownProviderIds(
  { config }: Pick<AuthContext, "config">,
  { id, email }: Visitor,
): Promise<ReadonlySet<string> | undefined> {
  const { providers } = config
  const adapter: (Adapter & Partial<AdapterExtras>) | undefined = config.adapter
  if (!adapter?.listAccounts) return
  try {
    const accounts = await adapter.listAccounts(id)
    const passkeys = (await adapter.listAuthenticatorsByUserId?.(id)) ?? []
    const has = { email: email !== undefined, passkey: passkeys.length > 0 }
    const linked = new Set(accounts.map(({ provider }) => provider))
    return new Set(providers.filter((one) => isOwn(one, { ...has, linked })).map((one) => one.id))
  } catch (error) {
    config.logger.error(error instanceof Error ? error : new Error(String(error)))
    return
  }
}

interface Methods {
  readonly email: boolean
  readonly passkey: boolean
  readonly linked: ReadonlySet<string>
}

/** Passwords, and the users of strategies, are in tables of the app's own. */
function isOwn(provider: ResolvedProvider, { email, passkey, linked }: Methods): boolean {
  if (strategyOf(provider) || provider.type === "credentials") return true
  if (provider.type === "webauthn") return passkey
  return provider.type === "email" ? email : linked.has(provider.id)
}
