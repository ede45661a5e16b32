import type { AuthConfig } from "@auth/core"
import { AdapterError } from "@auth/core/errors"
import { providerById } from "../config/find-provider.js"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { isRemembered, timesOf } from "../session/remember-me.js"
import { createSessionToken } from "../session/session-token.js"
import { type BegunSession, createSessionRow, recordSignIn } from "../session/sign-in-record.js"
import type { DeviceSession } from "../stores/adapter-extras.js"
import type { ProofWatch } from "./proof-watch.js"

interface CredentialsCall {
  /** The provider's id. */
  readonly provider: string
  readonly remembered?: boolean | undefined
  readonly proofWatch: ProofWatch
}

/**
 * Core refuses database sessions to credentials providers: it answers "signed in" and stores nothing. For such a call
 * it is told to make a JWT, and sealing that JWT creates the session's row and yields its token.
 */
export function createCredentialsSession(
  context: AuthContext,
  { provider, remembered: chosen, proofWatch }: CredentialsCall,
  begun: BegunSession,
): Pick<AuthConfig, "session" | "jwt"> | undefined {
  const { config } = context
  const { adapter, session, providers } = config
  const type = providerById(providers, provider)?.type
  if (type !== "credentials" || session.strategy !== "database" || !adapter) return
  const remembered = isRemembered(chosen, config)
  const { maxAge } = timesOf(remembered, config)
  return {
    session: { strategy: "jwt", maxAge },
    jwt: {
      maxAge,
      encode: async ({ token }) => {
        const userId = token?.sub ?? ""
        const sessionToken = createSessionToken(config)
        const expires = new Date(Date.now() + maxAge * 1000)
        const user = await asking(() => adapter.getUser?.(userId))
        if (!user) throw unknownUser(provider)
        proofWatch.note(user)
        const record = recordSignIn({ methods: ["credentials"], remembered }, config)
        const insert = (row: DeviceSession) => asking(() => adapter.createSession?.(row))
        const remove = async () => adapter.deleteSession?.(sessionToken)
        const create = (row: DeviceSession) => proofWatch.store(userId, () => insert(row), remove)
        const { companion } = await createSessionRow(
          context,
          { sessionToken, userId, expires },
          { record, create },
        )
        begun.companion = companion
        return sessionToken
      },
    },
  }
}

/** Core does not see these calls, so their failures are named as it names those of its own. */
async function asking<T>(call: () => T): Promise<Awaited<T>> {
  try {
    return await call()
  } catch (error) {
    throw new AdapterError("A database session could not be created", { cause: { err: error } })
  }
}

function unknownUser(provider: string): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_AUTHORIZE_ID",
    `authorize() of provider "${provider}" returned an \`id\` the database does not know, so it can have no session. ` +
      'Return a user that adapter.getUser() finds, or set session: { strategy: "jwt" }.',
  )
}
