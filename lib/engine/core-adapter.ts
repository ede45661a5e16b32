import { createHash } from "node:crypto"
import type { Adapter, VerificationToken } from "@auth/core/adapters"
import type { AuthContext } from "../http/auth-context.js"
import { findByExactAddress } from "../mail/exact-address.js"
import type { Outbox } from "../mail/outbox.js"
import { hideToken, tokensOf } from "../session/hide-token.js"
import type { SignInFacts } from "../session/session-claims.js"
import { type CreatedSession, createSessionRow, recordSignIn } from "../session/sign-in-record.js"
import { onFirstProof } from "./first-proof.js"
import type { SignInAttempt } from "./sign-in-attempt.js"

const methods = [
  ...(["createUser", "getUser", "getUserByEmail", "getUserByAccount", "updateUser", "deleteUser"] as const),
  ...(["linkAccount", "unlinkAccount", "getAccount"] as const),
  ...(["createSession", "getSessionAndUser", "updateSession", "deleteSession"] as const),
  ...(["createVerificationToken", "useVerificationToken"] as const),
  ...(["getAuthenticator", "createAuthenticator", "listAuthenticatorsByUserId"] as const),
  "updateAuthenticatorCounter" as const,
] satisfies (keyof Adapter)[]

/** The methods whose argument is a session's token itself, rather than a row with one. */
const takesToken: ReadonlySet<string> = new Set(["getSessionAndUser", "deleteSession"])

/**
 * Returns the app's adapter as a plain object, which core requires, although the app's may be an instance of a class.
 * Errors contain no tokens. Finds the rows of mailed links under every listed secret, reports what is stored for a mail
 * to `outbox`, and removes unproven ways in when an address is proven for the first time.
 */
export function toCoreAdapter(attempt: SignInAttempt, outbox: Outbox): Adapter {
  const { config } = attempt.context
  const bound: Adapter = bindMethods(config.adapter ?? {})
  const { createVerificationToken: create, useVerificationToken: use, updateUser: update } = bound
  if (bound.getUserByEmail) bound.getUserByEmail = findByExactAddress(bound.getUserByEmail)
  if (update) bound.updateUser = onFirstProof(update, config)
  if (create)
    bound.createVerificationToken = async (row) => {
      const stored = await create(row)
      outbox.stored({ identifier: row.identifier, token: row.token })
      return stored
    }
  if (use) bound.useVerificationToken = (params) => useUnderAnySecret(use, params, attempt)
  return bound
}

function bindMethods(adapter: Adapter): Adapter {
  const present = methods.filter((name) => typeof adapter[name] === "function")
  return Object.fromEntries(
    present.map((name) => [
      name,
      async (...args: never[]) => {
        try {
          return await (adapter[name] as (...all: never[]) => unknown)(...args)
        } catch (error) {
          hideToken(error, ...(takesToken.has(name) ? args : args.flatMap(tokensOf)))
          throw error
        }
      },
    ]),
  )
}

interface NewSession {
  /** Complete by the time the session is created. */
  readonly facts: SignInFacts
  readonly created: CreatedSession
}

/** Stores with each new session when and how the user signed in, and on which device. */
export function withSignIns(adapter: Adapter, context: AuthContext, { facts, created }: NewSession): Adapter {
  const { createSession } = adapter
  if (!createSession) return adapter
  return {
    ...adapter,
    createSession: async (session) => {
      const record = recordSignIn(facts, context.config)
      const { companion } = await createSessionRow(context, session, { record, create: createSession })
      created.companion = companion
      return session
    },
  }
}

type UseToken = NonNullable<Adapter["useVerificationToken"]>

async function useUnderAnySecret(
  use: UseToken,
  params: Parameters<UseToken>[0],
  attempt: SignInAttempt,
): Promise<VerificationToken | null> {
  for (const token of [params.token, ...olderHashes(attempt)]) {
    const row = await use({ ...params, token })
    if (row) return row
  }
  return null
}

/** Hashes with each older secret, and with all secrets joined by commas, as core does. */
function olderHashes({ provider, context, request }: SignInAttempt): string[] {
  const { secrets } = context.config
  const { token } = request.query
  const [, ...older] = secrets
  if (token === undefined || older.length === 0 || (provider.type === "email" && provider.secret)) return []
  return [...older, secrets.join(",")].map((secret) =>
    createHash("sha256").update(`${token}${secret}`).digest("hex"),
  )
}
