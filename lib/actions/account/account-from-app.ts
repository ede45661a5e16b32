import type { Request } from "express"
import type { AccountCall } from "../../account/account-call.js"
import { type AccountResult, refused } from "../../account/account-result.js"
import { confirmAddress } from "../../account/confirm-address.js"
import { undoAddress } from "../../account/undo-address.js"
import { updateProfile } from "../../account/update-profile.js"
import { ExpressAuthError } from "../../errors.js"
import type { AuthContext } from "../../http/auth-context.js"
import { type ConfigSource, needsExpress } from "../../http/config-for.js"
import { requireUnsent } from "../../http/cookies.js"
import { requireOwnPost } from "../../http/csrf.js"
import { toFailure } from "../../replies/failure.js"
import { logFailure } from "../../replies/log-failure.js"
import { readSession } from "../../session/get-session.js"
import { identifySession } from "../../session/identify-session.js"
import { contextOf } from "../from-app.js"
import {
  afterFreshSignIn,
  changeOwnAddress,
  deleteOwnAccount,
  endOtherSessions,
  endOwnSession,
  exportOwnData,
  listOwnAccounts,
  listOwnActivity,
  listOwnPasskeys,
  listOwnSessions,
  removeOwnPasskey,
  renameOwnPasskey,
} from "./account-operations.js"
import type { UserAccount } from "./user-account.js"

/** Creates the functions of `auth.account`. */
export function createUserAccount(source: ConfigSource): UserAccount {
  const reading = <Value extends object>(req: Request, act: Act<Value>) =>
    inContext(source, req, (context) => asUser(context, act))
  const changing = <Value extends object>(req: Request, act: Act<Value>) =>
    inContext(source, req, async (context) => (await refuseSender(context)) ?? asUser(context, act))
  return {
    update: (req, changes) => changing(req, (call) => updateProfile(call, changes)),
    changeEmail: (req, address, recency) => changing(req, (call) => changeOwnAddress(call, address, recency)),
    confirmEmail: (req, token) => changing(req, (call) => confirmAddress(call, token)),
    undoEmail: (req, token) =>
      inContext(source, req, async (context) => (await refuseSender(context)) ?? undoAddress(context, token)),
    accounts: (req) => reading(req, async (call) => done({ accounts: await listOwnAccounts(call) })),
    sessions: (req) => reading(req, async (call) => done({ sessions: await listOwnSessions(call) })),
    endSession: (req, id) => changing(req, (call) => endOwnSession(call, id)),
    endOtherSessions: (req) => changing(req, (call) => endOtherSessions(call)),
    activity: (req, options) =>
      reading(req, async (call) => done({ activity: await listOwnActivity(call, options) })),
    passkeys: (req) => reading(req, async (call) => done({ passkeys: await listOwnPasskeys(call) })),
    renamePasskey: (req, id, name) => changing(req, (call) => renameOwnPasskey(call, id, name)),
    removePasskey: (req, id, recency) =>
      changing(req, (call) => afterFreshSignIn(call, recency, () => removeOwnPasskey(call, id))),
    export: (req) => reading(req, async (call) => done({ data: await exportOwnData(call) })),
    delete: (req, recency) => changing(req, (call) => deleteOwnAccount(call, recency)),
  }
}

type Act<Value extends object> = (call: AccountCall) => Promise<AccountResult<Value>>

function done<Value extends object>(value: Value): AccountResult<Value> {
  return { ok: true, ...value }
}

/** Runs a function for the app. Only Express's requests know their response, on which cookies are set. */
async function inContext<Value extends object>(
  source: ConfigSource,
  req: Request,
  act: (context: AuthContext) => Promise<AccountResult<Value>>,
): Promise<AccountResult<Value>> {
  if (!req.res) throw needsExpress("auth.account")
  requireUnsent(req.res)
  try {
    return await act(await contextOf(req, req.res, source))
  } catch (cause) {
    if (cause instanceof ExpressAuthError && cause.code === "ERR_AUTH_HOST_HEADER")
      return refused("CrossSite")
    throw toAccountError(cause)
  }
}

/** Refuses GET with an error, since that is the app's mistake, and other sites with a result, since anyone can post. */
async function refuseSender(context: AuthContext): Promise<ReturnType<typeof refused> | undefined> {
  try {
    await requireOwnPost(context)
    return undefined
  } catch (error) {
    if (!(error instanceof ExpressAuthError) || error.code !== "ERR_AUTH_CSRF") throw error
    logFailure(context.config, error, toFailure(error))
    return refused("CrossSite")
  }
}

/** Runs a function for the user who is signed in. */
export async function asUser<Value extends object>(
  context: AuthContext,
  act: Act<Value>,
): Promise<AccountResult<Value>> {
  const identity = identifySession(await readSession(context.req, context.config))
  return identity ? act({ context, userId: identity.userId }) : refused("SessionRequired")
}

/** Reports the fault of a store or a callback. */
export function toAccountError(cause: unknown): unknown {
  if (cause instanceof ExpressAuthError) return cause
  const message =
    "The account could not be read or changed. Try again when the database responds; see `cause`."
  return new ExpressAuthError("ERR_AUTH_ACCOUNT", message, { status: 503, cause })
}
