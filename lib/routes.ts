import { hasAccountPage } from "./actions/account/page-url.js"
import { postLink } from "./actions/accounts/link-account.js"
import { postUnlink } from "./actions/accounts/unlink-account.js"
import { postBackchannelLogout } from "./actions/backchannel-logout.js"
import { getCallback, postCallback } from "./actions/callback.js"
import { hasInbox, showInbox } from "./actions/inbox.js"
import { getWebAuthnOptions } from "./actions/passkeys/webauthn-options.js"
import { finishProviderLogout } from "./actions/provider-logout.js"
import { postSession, showSession } from "./actions/session.js"
import { redirectToSetUp, showSetUp } from "./actions/set-up.js"
import { showJwks } from "./actions/show-jwks.js"
import {
  redirectToSignIn,
  showAsset,
  showCsrf,
  showError,
  showProviders,
  showSignIn,
  showSignOut,
} from "./actions/show-pages.js"
import { postSignIn } from "./actions/sign-in.js"
import { postSignOut } from "./actions/sign-out.js"
import { postVerifyRequest, showVerifyRequest } from "./actions/verify-code.js"
import { findProvider } from "./config/find-provider.js"
import type { ResolvedProvider } from "./config/resolve-providers.js"
import { requireAvailable } from "./development/require-available.js"
import { postConfirmForm, showConfirmForm } from "./guard/confirm-form.js"
import { type ActionName, readActionPath } from "./http/action-path.js"
import type { AuthContext } from "./http/auth-context.js"

export { answer } from "./replies/run-action.js"

/** Handles a request; `undefined` means not found. `name` is the path segment after the action. */
type Answer = Response | undefined
type Route = (context: AuthContext, name?: string) => Promise<Answer> | Answer

interface Action {
  readonly GET?: Route
  readonly POST?: Route
  /** Whether the path belongs to us at all. @default it always does */
  readonly exists?: (context: AuthContext) => boolean
}

const actions: Readonly<Record<ActionName, Action>> = {
  signin: {
    GET: (context, id) =>
      showSetUp(context, id) ?? showSignIn(context, id === undefined ? undefined : providerOf(context, id)),
    POST: (context, id) =>
      redirectToSetUp(context, id) ??
      postSignIn(context, id === undefined ? undefined : providerOf(context, id)),
  },
  callback: {
    GET: (context, id = "") => getCallback(context, providerOf(context, id)),
    POST: (context, id = "") => postCallback(context, providerOf(context, id)),
  },
  link: {
    POST: (context, id = "") => redirectToSetUp(context, id) ?? postLink(context, providerOf(context, id)),
  },
  unlink: { POST: (context, id = "") => postUnlink(context, id) },
  signout: {
    GET: (context, step) => (step === undefined ? showSignOut(context) : afterSignOut(context, step)),
    POST: (context, step) => (step === undefined ? postSignOut(context) : undefined),
  },
  "backchannel-logout": {
    POST: (context, id = "") => postBackchannelLogout(context, providerOf(context, id)),
  },
  session: { GET: showSession, POST: postSession },
  "jwks.json": { GET: showJwks },
  csrf: { GET: showCsrf },
  providers: { GET: showProviders },
  error: { GET: showError },
  "verify-request": { GET: showVerifyRequest, POST: postVerifyRequest },
  "confirm-form": {
    GET: (context, id = "") => showConfirmForm(context, id),
    POST: (context, id = "") => postConfirmForm(context, id),
  },
  "webauthn-options": {
    GET: (context, id = "") => getWebAuthnOptions(context, providerOf(context, id)),
  },
  assets: { GET: (context, name = "") => showAsset(context, name) },
  inbox: { GET: showInbox, exists: hasInbox },
  account: {
    GET: async (context, name) => (await loadAccount()).getAccount(context, name),
    POST: async (context, name) => (await loadAccount()).postAccount(context, name),
    exists: hasAccountPage,
  },
}

/** Few requests are for the account page, which has many parts. */
function loadAccount(): Promise<typeof import("./actions/account/account-page.js")> {
  return import("./actions/account/account-page.js")
}

function providerOf(context: AuthContext, id: string): ResolvedProvider {
  const provider = findProvider(context.config, id)
  if (context.config.development) requireAvailable(provider, context)
  return provider
}

/** Paths on which a GET consumes something, such as a code or a challenge. */
const consuming = /^\/(?:callback|webauthn-options)\/|^\/signout\/callback$/

/**
 * Returns the handler for a path below the mount. HEAD is handled like GET, except where a GET consumes something;
 * unsupported methods get 405.
 *
 * @param tail e.g. `/signin/github`; empty for the mount itself, which leads to the sign-in page
 * @returns `undefined` for a path that belongs to no action
 */
export function findRoute(tail: string, method: string): Route | undefined {
  if (tail === "") return method === "GET" || method === "HEAD" ? redirectToSignIn : undefined
  const path = readActionPath(tail)
  if (!path) return
  const { name } = path
  const action = actions[path.action]
  if (method === "HEAD" && consuming.test(tail)) return () => new Response(null)
  const effective = method === "HEAD" ? "GET" : method
  const route = effective === "GET" || effective === "POST" ? action[effective] : undefined
  return route ? (context) => route(context, name) : (context) => methodNotAllowed(context, action)
}

/** Returns the methods that an action has on some of its paths. GET includes HEAD. */
export function methodsOf(name: ActionName): ("GET" | "POST")[] {
  const methods = ["GET", "POST"] as const
  return methods.filter((method) => actions[name][method])
}

function afterSignOut(context: AuthContext, step: string): Promise<Response> | undefined {
  return step === "callback" ? finishProviderLogout(context) : undefined
}

function methodNotAllowed(context: AuthContext, action: Action): Response | undefined {
  if (action.exists?.(context) === false) return
  const allow = [action.GET && "GET, HEAD", action.POST && "POST"].filter(Boolean).join(", ")
  return new Response(null, { status: 405, headers: { allow } })
}
