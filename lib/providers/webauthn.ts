import type { RelayingParty, WebAuthnConfig } from "@auth/core/providers/webauthn"
import { explainMissing } from "./explain-missing.js"
import requireSimpleWebAuthn from "./require-simplewebauthn.cjs"

export type * from "@auth/core/providers/webauthn"

/** Milliseconds that the browser waits for the user. */
export const DEFAULT_WEBAUTHN_TIMEOUT: number = 300_000
/** The version of `@simplewebauthn/browser` that core's own pages load. Ours have a copy. */
export const DEFAULT_SIMPLEWEBAUTHN_BROWSER_VERSION: `v${number}.${number}.${number}` = "v9.0.1"

/**
 * Signs users in with WebAuthn, with the package `@simplewebauthn/server`. The same provider as core's, except that a
 * missing package is reported with the command that installs it.
 *
 * @param config replaces any member
 * @throws {ConfigError} `ERR_AUTH_PROVIDER` when `@simplewebauthn/server` is not installed
 * @see https://authjs.dev/getting-started/authentication/webauthn
 */
export default function WebAuthn(config: Partial<WebAuthnConfig>): WebAuthnConfig {
  return {
    id: "webauthn",
    name: "WebAuthn",
    enableConditionalUI: true,
    simpleWebAuthn: loadFunctions(config?.name ?? "WebAuthn"),
    authenticationOptions: { timeout: DEFAULT_WEBAUTHN_TIMEOUT },
    registrationOptions: { timeout: DEFAULT_WEBAUTHN_TIMEOUT },
    formFields: { email: { label: "Email", required: true, autocomplete: "username webauthn" } },
    simpleWebAuthnBrowserVersion: DEFAULT_SIMPLEWEBAUTHN_BROWSER_VERSION,
    getUserInfo,
    getRelayingParty,
    ...config,
    type: "webauthn",
  }
}

function loadFunctions(user: string): WebAuthnConfig["simpleWebAuthn"] {
  const {
    generateAuthenticationOptions,
    generateRegistrationOptions,
    verifyAuthenticationResponse,
    verifyRegistrationResponse,
  } = requireSimpleWebAuthn(explainMissing("@simplewebauthn/server", `The provider "${user}"`))
  return {
    generateAuthenticationOptions,
    generateRegistrationOptions,
    verifyAuthenticationResponse,
    verifyRegistrationResponse,
  }
}

async function getUserInfo(...args: Parameters<WebAuthnConfig["getUserInfo"]>) {
  const { default: create } = await import("@auth/core/providers/webauthn")
  return create({}).getUserInfo(...args)
}

/** Returns the app's `relayingParty`, completed from the URL of the request. Of several values the first counts. */
function getRelayingParty({
  provider,
  url,
}: Parameters<WebAuthnConfig["getRelayingParty"]>[0]): RelayingParty {
  const { id, name, origin } = provider.relayingParty ?? {}
  const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value)
  return {
    id: first(id) ?? url.hostname,
    name: first(name) ?? url.host,
    origin: first(origin) ?? url.origin,
  }
}
