import type { ErrorCode } from "../errors.js"
import { toTextResponse } from "./send-web-response.js"

interface Problem {
  status: number
  title: string
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
export function toProblemResponse({ status, title, code, detail, url, headers }: Problem): Response {
  const more = { detail: detail || undefined, url: url || undefined }
  const body = JSON.stringify({ type: "about:blank", title, status, code, ...more })
  return toTextResponse(body, {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "private, no-store", ...headers },
  })
}
