import { isSecretField } from "../config/credentials-fields.js"
import type { SignInAttempt } from "../engine/sign-in-attempt.js"
import type { AuthContext } from "../http/auth-context.js"
import { type Cookie, cookiesOf, expireCookie } from "../http/cookies.js"
import { negotiate } from "../http/negotiate.js"
import type { PageField } from "../pages/page-provider.js"
import type { SubmittedValues } from "../pages/sign-in-input.js"
import { StrategyRefusal } from "../providers/strategy-provider.js"
import { decodeToken, encodeToken } from "../session/codec/token-codec.js"
import { toFailure } from "./failure.js"

/** Seconds until the page that shows the values has been requested. */
const maxAge = 60
const maxLength = 1500

/**
 * Keeps what the visitor typed, so that the sign-in page that reports the failure can fill it in again; never a
 * password. For the app's own sign-in page only a strategy's message is kept, which `signInMessage()` reads.
 *
 * @returns a sealed cookie that lasts a minute, or an empty array
 */
export function keepSubmittedValues(attempt: SignInAttempt, error: unknown): Cookie[] {
  const { context, provider } = attempt
  const isAsked = context.config.session.remember === "ask"
  const isShown = negotiate(context.req) === "html" || (isAsked && provider.type === "webauthn")
  if (!isShown || toFailure(error).page !== "signin") return []
  const message = error instanceof StrategyRefusal ? error.shown : undefined
  const isTheirs = context.config.pages.signIn !== undefined
  if (isTheirs && message === undefined) return []
  const typed = isTheirs ? { provider: provider.id, values: {} } : toSubmittedValues(attempt)
  const content: SubmittedValues = { ...typed, message }
  if (JSON.stringify(content).length > maxLength) return []
  const name = nameOf(context)
  const value = encodeToken({ ...content }, { secrets: context.config.secrets, salt: name, maxAge })
  return [{ name, value, options: { ...optionsOf(context), maxAge } }]
}

/** Returns what the visitor typed, without passwords and other secret fields. */
export function toSubmittedValues(attempt: SignInAttempt): SubmittedValues {
  const { provider, body, remembered } = attempt
  const values = Object.fromEntries(
    shownFields(attempt).flatMap((name) => {
      const value = body[name]
      return typeof value === "string" && value !== "" ? [[name, value]] : []
    }),
  )
  return { provider: provider.id, values, remembered }
}

/** Reads what `keepSubmittedValues` kept, and removes its cookie. */
export function takeSubmittedValues(context: AuthContext): { typed?: SubmittedValues; cookies: Cookie[] } {
  const name = nameOf(context)
  const sealed = cookiesOf(context.req)[name]
  if (sealed === undefined) return { cookies: [] }
  const decoded = decodeToken(sealed, { secrets: context.config.secrets, salt: name })
  const cookies = [expireCookie(name, optionsOf(context))]
  return decoded.status === "valid"
    ? { typed: decoded.payload as unknown as SubmittedValues, cookies }
    : { cookies }
}

/** Returns the names of the fields whose values may be shown again. */
function shownFields({ provider, fields }: SignInAttempt): string[] {
  if (provider.type === "email") return ["email"]
  return Object.entries((fields ?? {}) as Record<string, PageField>)
    .filter(([name, field]) => !isSecretField(name, field ?? {}))
    .map(([name]) => name)
}

/** Derives the cookie's name from one of Auth.js, so that it has the app's prefix. */
function nameOf({ cookies }: AuthContext): string {
  return cookies.callbackUrl.name.replace(/(?:\.callback-url)?$/, ".typed")
}

function optionsOf(context: AuthContext): Cookie["options"] {
  const isForAll = nameOf(context).startsWith("__Host-") || context.config.pages.signIn !== undefined
  const path = isForAll ? "/" : context.basePath
  return { ...context.cookies.callbackUrl.options, path }
}
