/** A message on the sign-in page. */
export interface SignInMessage {
  /** The text shown. */
  text: string
  /** Whether it is a request rather than an error. @default false */
  calm?: boolean
  /** The type of provider whose form it is about. */
  target?: "credentials" | "email"
}

const ANOTHER_WAY: SignInMessage = { text: "That did not work. Try again, or choose another way to sign in." }
const OTHER_ACCOUNT: SignInMessage = {
  text: "You have signed in another way before. Sign in the same way again to confirm that it is you.",
}

const MESSAGES: ReadonlyMap<string, SignInMessage> = new Map<string, SignInMessage>([
  [
    "CredentialsSignin",
    { text: "Those details do not match. Check them and try again.", target: "credentials" },
  ],
  ["OAuthAccountNotLinked", OTHER_ACCOUNT],
  ["AccountNotLinked", OTHER_ACCOUNT],
  ["OAuthCallbackError", ANOTHER_WAY],
  ["EmailSignin", { text: "The email could not be sent. Check the address and try again.", target: "email" }],
  [
    "EmailSignInError",
    { text: "The email could not be sent. Check the address and try again.", target: "email" },
  ],
  ["SessionRequired", { text: "Sign in to continue.", calm: true }],
  ["AccessDenied", { text: "This account has no access. Try another account." }],
  ["Verification", { text: "That link has expired or was already used. Ask for a new one." }],
  ["MissingCSRF", { text: "This form was open for too long. Please try again." }],
  ["RateLimited", { text: "There were too many attempts. Wait a few minutes, then try again." }],
  ["OAuthCreateAccount", ANOTHER_WAY],
  ["EmailCreateAccount", ANOTHER_WAY],
  ["OAuthSignin", ANOTHER_WAY],
  ["OAuthSignInError", ANOTHER_WAY],
  ["OAuthCallback", ANOTHER_WAY],
  ["Callback", ANOTHER_WAY],
  ["Signin", ANOTHER_WAY],
])

/**
 * Returns the sign-in page's message for an error code of Auth.js. No part of the input appears in it.
 *
 * @param error the `error` parameter of the page's URL; an unknown one gets a general message
 * @param code the `code` parameter: `access_denied` if the user cancelled at the provider, `reauthenticate` if the
 * sign-in is too old, `unproven` if the provider may not have asked the user for anything; others count as absent
 * @param providerName the provider that the page is about, if any
 * @returns `undefined` without an error
 */
export function getSignInMessage(
  error?: string,
  code?: string,
  providerName?: string,
): SignInMessage | undefined {
  if (!error) return undefined
  if (error === "OAuthCallbackError" && code === "access_denied") {
    const at = providerName ? ` at ${providerName}` : ""
    return { text: `You cancelled${at}. Try again, or choose another way to sign in.`, calm: true }
  }
  if (error === "SessionRequired" && code === "unproven")
    return { text: "That sign-in did not confirm that it is you. Sign in again, or choose another way." }
  if (error === "SessionRequired" && code === "reauthenticate")
    return { text: "Sign in again, to confirm that it is you.", calm: true }
  if (error === "WebAuthnVerificationError") return getPasskeyMessage(code)
  return MESSAGES.get(error) ?? ANOTHER_WAY
}

/**
 * Returns the message for too many attempts.
 *
 * @param seconds until the next attempt is allowed
 */
export function getWaitMessage(seconds: number): SignInMessage {
  const minutes = Math.max(1, Math.ceil(seconds / 60))
  const hours = Math.round(minutes / 60)
  const wait = minutes === 1 ? "a minute" : minutes < 90 ? `${minutes} minutes` : `${hours} hours`
  return { text: `There were too many attempts. Try again in ${wait}.` }
}

const WRONG_ADDRESS: SignInMessage = {
  text: "Passkeys do not work at this address. Choose another way to sign in, and tell the people who run this site.",
}

const PASSKEY_MESSAGES: ReadonlyMap<string, SignInMessage> = new Map<string, SignInMessage>([
  ["expired", { text: "That took too long, or it was started in another browser. Please try again." }],
  [
    "unknown",
    {
      text: "This passkey is not registered here any more. Choose another way to sign in; you can delete it from your device.",
    },
  ],
  ["registered", { text: "This passkey is registered already. Sign in with it." }],
  ["session_changed", { text: "You have signed in or out in the meantime. Please try again." }],
  ["origin", WRONG_ADDRESS],
  ["rp_id", WRONG_ADDRESS],
  [
    "counter",
    {
      text: "This passkey may have been copied, so it is not accepted. Choose another way to sign in, and remove it from your account.",
    },
  ],
  [
    "user_verification",
    {
      text: "Your device did not confirm that it is you. Try again with your fingerprint, your face or its PIN.",
    },
  ],
])

/**
 * Returns the message for a refused passkey. No part of the input appears in it.
 *
 * @param code the `code` parameter beside `error=WebAuthnVerificationError`
 */
function getPasskeyMessage(code: string | undefined): SignInMessage {
  return (
    (code === undefined ? undefined : PASSKEY_MESSAGES.get(code)) ?? {
      text: "Your passkey could not be verified. Try again, or choose another way to sign in.",
    }
  )
}
