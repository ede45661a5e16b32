import type { AuthConfig } from "@auth/core"
import { AdapterError } from "@auth/core/errors"
import { ExpressAuthError } from "../errors.js"
import { deleteRow } from "../session/session-row.js"
import { createSessionToken } from "../session/session-token.js"
import { type CreatedSession, createSessionRow, recordSignIn } from "../session/sign-in-record.js"
import type { DeviceSession } from "../stores/adapter-extras.js"
import type { ProofWatch } from "./proof-watch.js"
import type { SignInAttempt } from "./sign-in-attempt.js"

/** What a call to core shares with the session that it starts. */
interface SessionCall {
  /** Receives the companion cookie. */
  readonly created: CreatedSession
  readonly proofWatch: ProofWatch
}

/**
 * Creates database sessions for credentials providers, to which core refuses them: it reports success and stores
 * nothing. Such a call makes core create a JWT instead, and sealing that JWT creates the session's row and returns its
 * token.
 */
export function createCredentialsSession(
  { context, provider, remembered, times }: SignInAttempt,
  { created, proofWatch }: SessionCall,
): Pick<AuthConfig, "session" | "jwt"> | undefined {
  const { config } = context
  const { adapter, session } = config
  if (session.strategy !== "database" || !adapter) return
  const { maxAge } = times
  return {
    session: { strategy: "jwt", maxAge },
    jwt: {
      maxAge,
      encode: async ({ token }) => {
        const userId = token?.sub ?? ""
        const sessionToken = createSessionToken(config)
        const expires = new Date(Date.now() + maxAge * 1000)
        const user = await asking(() => adapter.getUser?.(userId))
        if (!user) throw unknownUser(provider.id)
        proofWatch.note(user)
        const record = recordSignIn({ methods: ["credentials"], remembered }, config)
        const create = async (row: DeviceSession) => {
          await asking(() => adapter.createSession?.(row))
          await proofWatch.check(userId, () => deleteRow(sessionToken, config))
        }
        const { companion } = await createSessionRow(
          context,
          { sessionToken, userId, expires },
          { record, create },
        )
        created.companion = companion
        return sessionToken
      },
    },
  }
}

/** Wraps failures as core wraps those of its own calls to the adapter. */
async function asking<T>(call: () => T): Promise<Awaited<T>> {
  try {
    return await call()
  } catch (error) {
    throw new AdapterError("Could not create a database session", { cause: { err: error } })
  }
}

function unknownUser(provider: string): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_AUTHORIZE_ID",
    `authorize() of provider "${provider}" returned an \`id\` that is not in the database, so there can be no session. ` +
      'Return a user that adapter.getUser() finds, or set session: { strategy: "jwt" }.',
  )
}
