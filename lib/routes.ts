import { postLink } from "./actions/accounts/link-account.js"
import { postUnlink } from "./actions/accounts/unlink-account.js"
import { postBackchannelLogout } from "./actions/backchannel-logout.js"
import { getCallback, postCallback } from "./actions/callback.js"
import { postConfirmForm, showConfirmForm } from "./actions/confirm-form.js"
import { getWebAuthnOptions } from "./actions/passkeys/webauthn-options.js"
import { finishProviderLogout } from "./actions/provider-logout.js"
import { postSession, showSession } from "./actions/session.js"
import { showJwks } from "./actions/show-jwks.js"
import {
  showAsset,
  showCsrf,
  showError,
  showProviders,
  showSignIn,
  showSignOut,
} from "./actions/show-pages.js"
import { findProvider, postSignIn } from "./actions/sign-in.js"
import { postSignOut } from "./actions/sign-out.js"
import { postVerifyRequest, showVerifyRequest } from "./actions/verify-code.js"
import type { AuthContext } from "./http/auth-context.js"

/** Answers a request, or `undefined` where there is nothing. `name` is what follows the action in the path. */
type Answer = Response | undefined
type Route = (context: AuthContext, name?: string) => Promise<Answer> | Answer

interface Action {
  readonly GET?: Route
  readonly POST?: Route
  /** Whether a provider or file follows in the path. */
  readonly name: "none" | "optional" | "required"
}

/** The actions of Auth.js, by the first part of the path below the mount. */
const actions: Readonly<Record<string, Action>> = {
  signin: {
    name: "optional",
    GET: (context, id) => showSignIn(context, id === undefined ? undefined : findProvider(context, id)),
    POST: (context, id) => postSignIn(context, id === undefined ? undefined : findProvider(context, id)),
  },
  callback: {
    name: "required",
    GET: (context, id = "") => getCallback(context, findProvider(context, id)),
    POST: (context, id = "") => postCallback(context, findProvider(context, id)),
  },
  link: { name: "required", POST: (context, id = "") => postLink(context, findProvider(context, id)) },
  unlink: { name: "required", POST: (context, id = "") => postUnlink(context, id) },
  signout: {
    name: "optional",
    GET: (context, step) => (step === undefined ? showSignOut(context) : afterSignOut(context, step)),
    POST: (context, step) => (step === undefined ? postSignOut(context) : undefined),
  },
  "backchannel-logout": {
    name: "required",
    POST: (context, id = "") => postBackchannelLogout(context, findProvider(context, id)),
  },
  session: { name: "none", GET: showSession, POST: postSession },
  "jwks.json": { name: "none", GET: showJwks },
  csrf: { name: "none", GET: showCsrf },
  providers: { name: "none", GET: showProviders },
  error: { name: "none", GET: showError },
  "verify-request": { name: "none", GET: showVerifyRequest, POST: postVerifyRequest },
  "confirm-form": {
    name: "required",
    GET: (context, id = "") => showConfirmForm(context, id),
    POST: (context, id = "") => postConfirmForm(context, id),
  },
  "webauthn-options": {
    name: "required",
    GET: (context, id = "") => getWebAuthnOptions(context, findProvider(context, id)),
  },
  assets: { name: "required", GET: (context, name = "") => showAsset(context, name) },
}

/** Where a GET is worth something once. */
const usesUp = /^\/(?:callback|webauthn-options)\/|^\/signout\/callback$/

/**
 * Finds what answers a path below the mount.
 *
 * @param tail e.g. `/signin/github`
 * @returns `undefined` for a path that is not ours; a method we do not serve gets 405, HEAD is answered as GET, except
 * where a GET uses something up
 */
export function findRoute(tail: string, method: string): Route | undefined {
  const [empty, action = "", name, ...more] = tail.split("/")
  if (empty !== "" || more.length > 0 || name === "" || !Object.hasOwn(actions, action)) return
  const found = actions[action]
  if (!found || (name === undefined ? found.name === "required" : found.name === "none")) return
  if (method === "HEAD" && usesUp.test(tail)) return () => new Response(null)
  const served = method === "HEAD" ? "GET" : method
  const route = served === "GET" || served === "POST" ? found[served] : undefined
  return route ? (context) => route(context, name) : () => methodNotAllowed(found)
}

function afterSignOut(context: AuthContext, step: string): Promise<Response> | undefined {
  return step === "callback" ? finishProviderLogout(context) : undefined
}

function methodNotAllowed(action: Action): Response {
  const allow = [action.GET && "GET, HEAD", action.POST && "POST"].filter(Boolean).join(", ")
  return new Response(null, { status: 405, headers: { allow } })
}
