import { isDevelopmentOnly } from "../config/development-only.js"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { isDevelopmentRequest } from "./is-development-request.js"

type Asked = Pick<AuthContext, "req" | "config">

/** Whether a request may use a provider: one that exists in development only requires the developer's own request. */
export function isAvailable(provider: ResolvedProvider, context: Asked): boolean {
  return !isDevelopmentOnly(provider) || isDevelopmentRequest(context)
}

/**
 * Requires that the request may use a provider. Only a configuration of development has such providers.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_DEVELOPMENT` (403)
 */
export function requireAvailable(provider: ResolvedProvider, context: Asked): void {
  if (isAvailable(provider, context)) return
  throw new ExpressAuthError(
    "ERR_AUTH_DEVELOPMENT",
    `The provider "${provider.id}" serves only browsers on the computer that runs the app. This request comes from ` +
      "another one, or through a proxy or a tunnel. Open http://localhost with the app's port on that computer.",
    { status: 403 },
  )
}
