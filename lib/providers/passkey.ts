import type { WebAuthnConfig } from "@auth/core/providers/webauthn"
import WebAuthn, { DEFAULT_WEBAUTHN_TIMEOUT as timeout } from "./webauthn.js"

/**
 * Signs users in with passkeys: `WebAuthn` with keys that identify the user and verify their presence.
 *
 * @param config replaces any member
 * @throws {ConfigError} `ERR_AUTH_PROVIDER` when `@simplewebauthn/server` is not installed
 * @see {@link https://github.com/express-authjs/express-authjs/blob/main/docs/guides/passkeys.md Passkeys}
 */
export default function Passkey(config: Partial<WebAuthnConfig>): WebAuthnConfig {
  const userVerification = "required"
  return WebAuthn({
    id: "passkey",
    name: "Passkey",
    authenticationOptions: { timeout, userVerification },
    registrationOptions: {
      timeout,
      authenticatorSelection: { residentKey: "required", userVerification },
    },
    verifyAuthenticationOptions: { requireUserVerification: true },
    verifyRegistrationOptions: { requireUserVerification: true },
    ...config,
  })
}
