import type { ResolvedConfig } from "../config/resolve-config.js"
import type { NoticeKind } from "../config/resolve-notices.js"
import type { AuthContext } from "../http/auth-context.js"

/** What happened to an account. */
export interface Notice {
  readonly kind: NoticeKind
  /** The user's id. */
  readonly userId: string
  /** Where to send the notice if no database knows the user's address. */
  readonly email?: string | null | undefined
  /** The provider's id, for accounts. */
  readonly provider?: string | undefined
}

/** Where it happened. Functions of the app may have no request, and do not know where we are mounted. */
export interface NoticePlace extends Partial<Pick<AuthContext, "req" | "origin" | "basePath">> {
  readonly config: ResolvedConfig
}
