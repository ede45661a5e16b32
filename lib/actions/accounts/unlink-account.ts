import { lockKey, locksOf } from "../../account/locks-of.js"
import { recordEvent } from "../../audit/record-event.js"
import { requireAdapterMethods } from "../../config/check-adapter.js"
import type { ResolvedConfig } from "../../config/resolve-config.js"
import { ExpressAuthError } from "../../errors.js"
import type { AuthContext } from "../../http/auth-context.js"
import { requireCsrfToken, requireOwnPost } from "../../http/csrf.js"
import { readBody } from "../../http/read-body.js"
import type { NoticePlace } from "../../notices/notice.js"
import { notify } from "../../notices/notify.js"
import { toFailureResponse } from "../../replies/failure-response.js"
import { toRedirect } from "../../replies/responses.js"
import type { AdapterExtras } from "../../stores/adapter-extras.js"
import { holdLock } from "../../stores/hold-lock.js"
import { destinationOf, dropDestination } from "../destination.js"
import { requireOtherMethod } from "./other-methods.js"
import { requireRecentSession } from "./require-recent-session.js"

/** Options of `unlinkAccount()`. */
export interface UnlinkAccountOptions {
  /** The account, if the user has several at the provider. */
  providerAccountId?: string
  /** Where to redirect afterwards. @default the app's page with the form, else "/" */
  redirectTo?: string
  /** `false` returns an `AuthResult` instead of responding; cookies are set on `res`. @default true */
  redirect?: boolean
  /** Seconds since the sign-in within which accounts may be unlinked. @default 600 */
  maxAge?: number
  /**
   * Types of provider whose sign-ins count although nothing proves that the user was prompted; `[]` is none.
   *
   * @default both, for a user who has neither a passkey nor a mailed link
   */
  trust?: readonly ("oauth" | "oidc")[]
  /** Whether the user has another way to sign in that is in no row, such as a password. @default false */
  hasOtherMethod?: boolean
}

/** Unlinks an account from one of the app's own POST handlers. */
export async function unlinkAccountFromApp(
  context: AuthContext,
  provider: string,
  { redirectTo, ...options }: UnlinkAccountOptions = {},
): Promise<Response> {
  await requireOwnPost(context)
  const asked = redirectTo === undefined ? {} : { callbackUrl: redirectTo }
  return unlink(context, { ...options, provider, destination: await destinationOf(context, asked) })
}

/** `POST /auth/unlink/:provider`: unlinks an account. Not found without a database. */
export async function postUnlink(context: AuthContext, provider: string): Promise<Response | undefined> {
  if (!context.config.adapter) return
  const body = await readBody(context.req, context.config.bodyLimit)
  requireCsrfToken(context, body.csrfToken)
  const { providerAccountId: named } = body
  const destination = await destinationOf(context, body)
  return unlink(context, {
    provider,
    destination,
    ...(typeof named === "string" && named !== "" && { providerAccountId: named }),
  })
}

/**
 * Requires an adapter that can unlink accounts.
 *
 * @throws {ConfigError} `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
 */
export function requireUnlinkingAdapter({ adapter }: ResolvedConfig): UnlinkingAdapter {
  requireAdapterMethods(adapter, "Unlinking accounts", ["getUser", "listAccounts", "unlinkAccount"])
  return adapter as UnlinkingAdapter
}

type Adapter = NonNullable<ResolvedConfig["adapter"]>
type UnlinkingAdapter = Adapter &
  Required<Pick<Adapter, "getUser" | "unlinkAccount">> &
  Pick<AdapterExtras, "listAccounts">

type Unlinking = Omit<UnlinkAccountOptions, "redirectTo"> & { provider: string; destination: string }

async function unlink(
  context: AuthContext,
  { destination, maxAge, trust, ...which }: Unlinking,
): Promise<Response> {
  try {
    const { userId } = await requireRecentSession(context, { maxAge, trust })
    await removeUserAccount(context, userId, which)
    return toRedirect(context, destination, dropDestination(context))
  } catch (error) {
    if (error instanceof ExpressAuthError && error.code === "ERR_AUTH_SESSION") throw error
    return toFailureResponse(context, error, { destination })
  }
}

/** Which account to remove. */
export type WhichAccount = Pick<UnlinkAccountOptions, "providerAccountId" | "hasOtherMethod"> & {
  /** The provider's id. */
  provider: string
}

/**
 * Removes a user's account, unless it is the last way to sign in. Returns whether the user had it.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LAST_METHOD`, `ERR_AUTH_UNLINK` (409), `ERR_AUTH_LOCK` (503)
 */
export async function removeUserAccount(
  place: NoticePlace,
  userId: string,
  which: WhichAccount,
): Promise<boolean> {
  const { config } = place
  const work = () => removeAccount(config, userId, which)
  const isRemoved = await holdLock(locksOf(config), lockKey("unlink", userId), work)
  if (isRemoved) notify(place, { kind: "accountUnlinked", userId, provider: which.provider })
  if (isRemoved && config.audit)
    await recordEvent(place, "account-unlinked", { userId, provider: which.provider })
  return isRemoved
}

/** Runs under a lock, so that of two concurrent removals the second sees what the first has left. */
async function removeAccount(
  config: ResolvedConfig,
  userId: string,
  { provider, providerAccountId, hasOtherMethod }: WhichAccount,
): Promise<boolean> {
  const adapter = requireUnlinkingAdapter(config)
  const accounts = await adapter.listAccounts(userId)
  const named = accounts.filter(
    (account) =>
      account.provider === provider &&
      account.type !== "webauthn" &&
      (providerAccountId ?? account.providerAccountId) === account.providerAccountId,
  )
  const [account, another] = named
  if (!account) return false
  if (another) throw severalAccounts(provider)
  const others = accounts.filter((other) => other !== account)
  if (!hasOtherMethod) await requireOtherMethod(config, userId, { accounts: others })
  await adapter.unlinkAccount({ provider, providerAccountId: account.providerAccountId })
  return true
}

function severalAccounts(provider: string): ExpressAuthError {
  const message = `The user has several accounts at "${provider}". Set \`providerAccountId\` to the one to remove.`
  return new ExpressAuthError("ERR_AUTH_UNLINK", message, { status: 409 })
}
