/**
 * Loads `@simplewebauthn/server`.
 *
 * @param onError receives what `require` throws, and throws an error that names the fix
 */
declare function requireSimpleWebAuthn(
  onError: (error: unknown) => never,
): typeof import("@simplewebauthn/server")

export = requireSimpleWebAuthn
