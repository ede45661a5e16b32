import type { ErrorCode } from "../errors.js"
import { toTextResponse } from "./send-web-response.js"

interface Problem {
  status: number
  /** @default the words for `error` */
  title?: string
  /** The type of the failure in Auth.js, e.g. `"CredentialsSignin"`. */
  error?: string
  code: ErrorCode | string
  detail?: string
  /** The page to which clients of Auth.js, such as its `signIn()`, send the browser. */
  url?: string
  /** Headers to add. */
  headers?: Record<string, string>
}

/**
 * Returns an error response for programs, as `application/problem+json`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function toProblemResponse({ status, title, error, code, detail, url, headers }: Problem): Response {
  const more = { error, detail: detail || undefined, url: url || undefined }
  const words = title ?? titles[error ?? ""] ?? "The request failed"
  const body = JSON.stringify({ type: "about:blank", title: words, status, code, ...more })
  return toTextResponse(body, {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "private, no-store", ...headers },
  })
}

/** Short descriptions of failures for developers, by their types; pages explain them to visitors in other words. */
const titles: Readonly<Record<string, string>> = {
  AccessDenied: "Access denied",
  AccountNotLinked: "The account belongs to another user",
  BadRequest: "Bad request",
  ClockSkew: "The clocks of the app and the provider do not agree",
  Configuration: "Server error",
  CredentialsSignin: "Wrong credentials",
  DevelopmentOnly: "For the developer only",
  EmailSignin: "No email was sent",
  Expired: "The sign-in has expired",
  LastSignInMethod: "The only way to sign in",
  LinkRefused: "The account was not linked",
  MissingCSRF: "The CSRF token is missing or wrong",
  OAuthAccountNotLinked: "The account belongs to another user",
  OAuthCallbackError: "The provider refused the sign-in",
  ProviderUnavailable: "The provider is not responding",
  RateLimited: "Too many attempts",
  SessionRequired: "Sign-in required",
  Unavailable: "Temporarily unavailable",
  Verification: "The link or code has expired or was used",
  WebAuthnVerificationError: "The passkey was not accepted",
}
