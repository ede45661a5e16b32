import type { SignInMessage } from "./sign-in-message.js"

const WRONG_ADDRESS: SignInMessage = {
  text: "Passkeys do not work at this address. Choose another way to sign in, and tell the people who run this site.",
}

const MESSAGES: ReadonlyMap<string, SignInMessage> = new Map<string, SignInMessage>([
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
      text: "Your device did not check that it is you. Try again with your fingerprint, your face or its PIN.",
    },
  ],
])

/**
 * Explains why a passkey was refused. No part of the input is in the answer.
 *
 * @param code The `code` beside `error=WebAuthnVerificationError`.
 */
export function getPasskeyMessage(code: string | undefined): SignInMessage {
  return (
    (code === undefined ? undefined : MESSAGES.get(code)) ?? {
      text: "Your passkey could not be verified. Try again, or choose another way to sign in.",
    }
  )
}
