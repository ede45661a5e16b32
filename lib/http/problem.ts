import type { ErrorCode } from "../errors.js"
import { toTextResponse } from "./text-response.js"

interface Problem {
  status: number
  title: string
  code: ErrorCode | string
  detail?: string
  headers?: Record<string, string>
}

/**
 * An error for clients that are no browsers.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function toProblemResponse({ status, title, code, detail, headers }: Problem): Response {
  const body = JSON.stringify({ type: "about:blank", title, status, code, ...(detail && { detail }) })
  return toTextResponse(body, {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "private, no-store", ...headers },
  })
}
