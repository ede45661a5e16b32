import { parseCookie } from "cookie"
import { isSecretField } from "../config/credentials-fields.js"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import type { AuthContext } from "../http/auth-context.js"
import { type Cookie, expireCookie } from "../http/cookies.js"
import { negotiate } from "../http/negotiate.js"
import type { Body } from "../http/read-body.js"
import type { PageField } from "../pages/page-provider.js"
import type { TypedValues } from "../pages/sign-in-page.js"
import { formFields } from "../providers/form-fields.js"
import { StrategyRefusal } from "../providers/strategy-provider.js"
import { decodeToken, encodeToken } from "../session/codec/token-codec.js"
import { toFailure } from "./failure.js"

/** Seconds in which the page that shows them again is asked for. */
const maxAge = 60
const maxLength = 1500

/** A sign-in that did not succeed. */
export interface Tried {
  readonly body?: Body | undefined
  /** What was said of staying signed in. */
  readonly remembered?: boolean | undefined
}

/**
 * Keeps what was typed for the sign-in page that says what was wrong, so that nobody types it twice; never a password.
 * For a page of the app's own only the message of a strategy is kept, which `signInMessage()` reads.
 *
 * @returns a sealed cookie of a minute, or nothing
 */
export function keepTypedValues(
  context: AuthContext,
  provider: ResolvedProvider,
  { error, ...tried }: Tried & { error: unknown },
): Cookie[] {
  const isAsked = context.config.session.remember === "ask"
  const isShown = negotiate(context.req) === "html" || (isAsked && provider.type === "webauthn")
  if (!isShown || toFailure(error).page !== "signin") return []
  const message = error instanceof StrategyRefusal ? error.shown : undefined
  const isTheirs = context.config.pages.signIn !== undefined
  if (isTheirs && message === undefined) return []
  const typed = isTheirs ? { provider: provider.id, values: {} } : toTypedValues(provider, tried)
  const content: TypedValues = { ...typed, ...(message && { message }) }
  if (JSON.stringify(content).length > maxLength) return []
  const name = nameOf(context)
  const value = encodeToken({ ...content }, { secrets: context.config.secrets, salt: name, maxAge })
  return [{ name, value, options: { ...optionsOf(context), maxAge } }]
}

/** What was typed and may be shown again. */
export function toTypedValues(provider: ResolvedProvider, { body = {}, remembered }: Tried): TypedValues {
  const values = Object.fromEntries(
    fieldsOf(provider).flatMap((name) => {
      const value = body[name]
      return typeof value === "string" && value !== "" ? [[name, value]] : []
    }),
  )
  return { provider: provider.id, values, remembered }
}

/** What was typed at the last try, once. */
export function takeTypedValues(context: AuthContext): { typed?: TypedValues; cookies: Cookie[] } {
  const name = nameOf(context)
  const sealed = parseCookie(context.req.headers.cookie ?? "")[name]
  if (sealed === undefined) return { cookies: [] }
  const decoded = decodeToken(sealed, { secrets: context.config.secrets, salt: name })
  const cookies = [expireCookie(name, optionsOf(context))]
  return decoded.status === "valid"
    ? { typed: decoded.payload as unknown as TypedValues, cookies }
    : { cookies }
}

/** The names of the fields whose values may be shown again. */
function fieldsOf(provider: ResolvedProvider): string[] {
  if (provider.type === "email") return ["email"]
  const fields = formFields(provider)
  return Object.entries((fields ?? {}) as Record<string, PageField>)
    .filter(([name, field]) => !isSecretField(name, field ?? {}))
    .map(([name]) => name)
}

/** Beside Auth.js's own cookies, under the user's prefix. */
function nameOf({ cookies }: AuthContext): string {
  return cookies.callbackUrl.name.replace(/(?:\.callback-url)?$/, ".typed")
}

function optionsOf(context: AuthContext): Cookie["options"] {
  const isForAll = nameOf(context).startsWith("__Host-") || context.config.pages.signIn !== undefined
  const path = isForAll ? "/" : context.basePath
  return { ...context.cookies.callbackUrl.options, path }
}
