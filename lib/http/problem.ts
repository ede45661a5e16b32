import type { ErrorCode } from "../errors.js"
import { toTextResponse } from "./text-response.js"

interface Problem {
  status: number
  title: string
  code: ErrorCode | string
  detail?: string
  /** Where a client of Auth.js sends the person instead. */
  url?: string
  headers?: Record<string, string>
}

/**
 * An error for clients that are no browsers.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function toProblemResponse({ status, title, code, detail, url, headers }: Problem): Response {
  const more = { ...(detail && { detail }), ...(url && { url }) }
  const body = JSON.stringify({ type: "about:blank", title, status, code, ...more })
  return toTextResponse(body, {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "private, no-store", ...headers },
  })
}
