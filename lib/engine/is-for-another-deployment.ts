import type { ResolvedProvider } from "../config/resolve-providers.js"
import type { AuthContext } from "../http/auth-context.js"
import { decodeToken } from "../session/codec/token-codec.js"
import { isOnRedirectProxy } from "./core-config.js"

/** Whether a callback on a redirect proxy must be forwarded. Core sealed the target into the `state`. */
export function isForAnotherDeployment(
  context: AuthContext,
  provider: ResolvedProvider,
  state: string | undefined,
): boolean {
  if (state === undefined || !isOnRedirectProxy(context, provider)) return false
  const decoded = decodeToken(state, { secrets: context.config.baseSecrets, salt: "encodedState" })
  const start = decoded.status === "valid" ? decoded.payload.origin : undefined
  return typeof start === "string" && URL.canParse(start) && new URL(start).origin !== context.origin
}
