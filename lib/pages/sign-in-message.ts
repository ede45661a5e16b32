import type { TextKey } from "../texts/en.js"
import type { Texts } from "../texts/texts.js"

/** A message on the sign-in page. */
export interface SignInMessage {
  /** The text shown. */
  text: string
  /** Whether it is a request rather than an error. @default false */
  calm?: boolean
  /** The type of provider whose form it is about. */
  target?: "credentials" | "email"
}

/** A message in any language. */
interface MessageKey extends Omit<SignInMessage, "text"> {
  readonly key: TextKey
}

const ANOTHER_WAY: MessageKey = { key: "signInError.anotherWay" }
const OTHER_ACCOUNT: MessageKey = { key: "signInError.otherAccount" }
const NOT_SENT: MessageKey = { key: "signInError.email", target: "email" }

const MESSAGES: ReadonlyMap<string, MessageKey> = new Map<string, MessageKey>([
  ["CredentialsSignin", { key: "signInError.credentials", target: "credentials" }],
  ["OAuthAccountNotLinked", OTHER_ACCOUNT],
  ["AccountNotLinked", OTHER_ACCOUNT],
  ["OAuthCallbackError", ANOTHER_WAY],
  ["EmailSignin", NOT_SENT],
  ["EmailSignInError", NOT_SENT],
  ["SessionRequired", { key: "signInError.sessionRequired", calm: true }],
  ["AccessDenied", { key: "signInError.accessDenied" }],
  ["Verification", { key: "signInError.verification" }],
  ["MissingCSRF", { key: "signInError.csrf" }],
  ["RateLimited", { key: "signInError.limited" }],
  ["OAuthCreateAccount", ANOTHER_WAY],
  ["EmailCreateAccount", ANOTHER_WAY],
  ["OAuthSignin", ANOTHER_WAY],
  ["OAuthSignInError", ANOTHER_WAY],
  ["OAuthCallback", ANOTHER_WAY],
  ["Callback", ANOTHER_WAY],
  ["Signin", ANOTHER_WAY],
])

/** The failure that a message explains. Everything comes from the page's URL, and none of it is shown. */
export interface SignInFailure {
  /** An error code of Auth.js; an unknown one gets a general message. */
  error?: string | undefined
  /**
   * `access_denied` if the user cancelled at the provider, `reauthenticate` if the sign-in is too old, `unproven` if the
   * provider may not have asked the user for anything; others count as absent.
   */
  code?: string | undefined
  /** The provider that the page is about, if any. */
  provider?: string | undefined
}

/**
 * Returns the sign-in page's message for a failure.
 *
 * @returns `undefined` without an error
 */
export function getSignInMessage(
  { t }: Pick<Texts, "t">,
  { error, code, provider }: SignInFailure,
): SignInMessage | undefined {
  if (!error) return undefined
  if (error === "OAuthCallbackError" && code === "access_denied") {
    const text = provider ? t("signInError.cancelledAt", { provider }) : t("signInError.cancelled")
    return { text, calm: true }
  }
  const { key, ...rest } = findMessage(error, code)
  return { ...rest, text: t(key) }
}

function findMessage(error: string, code: string | undefined): MessageKey {
  if (error === "SessionRequired" && code === "unproven") return { key: "signInError.unproven", calm: true }
  if (error === "SessionRequired" && code === "reauthenticate")
    return { key: "signInError.reauthenticate", calm: true }
  if (error === "WebAuthnVerificationError")
    return { key: PASSKEY_MESSAGES.get(code) ?? "passkeyError.failed" }
  return MESSAGES.get(error) ?? ANOTHER_WAY
}

/**
 * Returns the message for too many attempts.
 *
 * @param seconds until the next attempt is allowed
 */
export function getWaitMessage(texts: Pick<Texts, "t">, seconds: number): SignInMessage {
  return { text: texts.t("signInError.limitedFor", { duration: durationIn(texts, seconds) }) }
}

/** Spells a duration, rounded up to minutes, e.g. "in 5 minutes". */
export function durationIn({ t }: Pick<Texts, "t">, seconds: number): string {
  const minutes = Math.max(1, Math.ceil(seconds / 60))
  const time =
    minutes < 90 ? { unit: "minutes", count: minutes } : { unit: "hours", count: Math.round(minutes / 60) }
  return t("duration.in", time)
}

/** By the `code` parameter beside `error=WebAuthnVerificationError`. */
const PASSKEY_MESSAGES: ReadonlyMap<string | undefined, TextKey> = new Map<string, TextKey>([
  ["expired", "passkeyError.expired"],
  ["unknown", "passkeyError.unknown"],
  ["registered", "passkeyError.registered"],
  ["session_changed", "passkeyError.sessionChanged"],
  ["origin", "passkeyError.address"],
  ["rp_id", "passkeyError.address"],
  ["counter", "passkeyError.copied"],
  ["user_verification", "passkeyError.unverified"],
])
