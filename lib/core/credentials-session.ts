import type { AuthConfig } from "@auth/core"
import { providerId } from "../config/resolve-providers.js"
import type { AuthContext } from "../http/auth-context.js"
import { createSessionToken } from "../session/session-token.js"

/**
 * Core refuses database sessions to credentials providers: it answers "signed in" and stores nothing. For such a call
 * it is told to make a JWT, and sealing that JWT creates the session's row and yields its token.
 */
export function createCredentialsSession(
  { config }: AuthContext,
  provider: string,
): Pick<AuthConfig, "session" | "jwt"> | undefined {
  const { adapter, session, providers } = config
  const type = providers.find((candidate) => providerId(candidate) === provider)?.type
  if (type !== "credentials" || session.strategy !== "database" || !adapter) return
  return {
    session: { strategy: "jwt", maxAge: session.maxAge },
    jwt: {
      maxAge: session.maxAge,
      encode: async ({ token }) => {
        const sessionToken = createSessionToken(config, "credentials")
        const expires = new Date(Date.now() + session.maxAge * 1000)
        await adapter.createSession?.({ sessionToken, userId: token?.sub ?? "", expires })
        return sessionToken
      },
    },
  }
}
