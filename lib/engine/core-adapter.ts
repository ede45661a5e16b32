import { createHash } from "node:crypto"
import type { Adapter, VerificationToken } from "@auth/core/adapters"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import type { AuthContext } from "../http/auth-context.js"
import { findByExactAddress } from "../mail/exact-address.js"
import type { Outbox } from "../mail/outbox.js"
import type { SignInFacts } from "../session/session-claims.js"
import { type BegunSession, createSessionRow, recordSignIn } from "../session/sign-in-record.js"
import { onFirstProof } from "./first-proof.js"

const methods = [
  ...(["createUser", "getUser", "getUserByEmail", "getUserByAccount", "updateUser", "deleteUser"] as const),
  ...(["linkAccount", "unlinkAccount", "getAccount"] as const),
  ...(["createSession", "getSessionAndUser", "updateSession", "deleteSession"] as const),
  ...(["createVerificationToken", "useVerificationToken"] as const),
  ...(["getAuthenticator", "createAuthenticator", "listAuthenticatorsByUserId"] as const),
  "updateAuthenticatorCounter" as const,
] satisfies (keyof Adapter)[]

/** What a call to core on a mailed link needs to know to find its row. */
export interface VerificationKeys {
  readonly provider: ResolvedProvider | undefined
  readonly secrets: readonly string[]
  /** The token of the link, as it was mailed. */
  readonly token: string | undefined
}

/**
 * The adapter as core takes it: a plain object, where the user's may be an instance of a class. Rows of mailed links
 * are found under every listed secret, what is stored for a mail is noted in `outbox`, and an address that is proven
 * for the first time is nobody else's any more.
 */
export function toCoreAdapter(
  adapter: Adapter,
  outbox: Outbox,
  keys: VerificationKeys,
  config: ResolvedConfig,
): Adapter {
  const bound: Adapter = bindMethods(adapter)
  const { createVerificationToken: create, useVerificationToken: use, updateUser: update } = bound
  if (bound.getUserByEmail) bound.getUserByEmail = findByExactAddress(bound.getUserByEmail)
  if (update) bound.updateUser = onFirstProof(update, config)
  if (create)
    bound.createVerificationToken = async (row) => {
      const stored = await create(row)
      outbox.stored({ identifier: row.identifier, token: row.token })
      return stored
    }
  if (use) bound.useVerificationToken = (params) => useUnderAnySecret(use, params, keys)
  return bound
}

function bindMethods(adapter: Adapter): Adapter {
  const present = methods.filter((name) => typeof adapter[name] === "function")
  return Object.fromEntries(
    present.map((name) => [
      name,
      (...args: never[]) => (adapter[name] as (...all: never[]) => unknown)(...args),
    ]),
  )
}

interface SessionBirth {
  /** Asked when the session is created: it is known by then. */
  readonly facts: SignInFacts
  readonly begun: BegunSession
}

/** The same adapter, whose new sessions say when and how they were begun, and on which device. */
export function withSignIns(adapter: Adapter, context: AuthContext, { facts, begun }: SessionBirth): Adapter {
  const { createSession } = adapter
  if (!createSession) return adapter
  return {
    ...adapter,
    createSession: async (session) => {
      const record = recordSignIn(facts, context.config)
      const { companion } = await createSessionRow(context, session, { record, create: createSession })
      begun.companion = companion
      return session
    },
  }
}

type UseToken = NonNullable<Adapter["useVerificationToken"]>

async function useUnderAnySecret(
  use: UseToken,
  params: Parameters<UseToken>[0],
  keys: VerificationKeys,
): Promise<VerificationToken | null> {
  for (const token of [params.token, ...olderHashes(keys)]) {
    const row = await use({ ...params, token })
    if (row) return row
  }
  return null
}

/** Core hashes with all its secrets joined by commas, so links mailed by core are found too. */
function olderHashes({ provider, secrets, token }: VerificationKeys): string[] {
  const [, ...older] = secrets
  if (token === undefined || older.length === 0 || (provider?.type === "email" && provider.secret)) return []
  return [...older, secrets.join(",")].map((secret) =>
    createHash("sha256").update(`${token}${secret}`).digest("hex"),
  )
}
