/** A function with the signature of the global `fetch`. */
export type Fetch = typeof fetch

/** Limits on a response of another service. */
export interface FetchBounds {
  /** Milliseconds until the whole response must have arrived. @default 10000 */
  readonly timeout?: number
  /** Maximum size of the decompressed body, in bytes. @default 1048576 */
  readonly maxBytes?: number
}

/** Discovery documents, key sets and profiles take a few kilobytes; some profiles contain a picture. */
const defaultBounds = { timeout: 10_000, maxBytes: 1024 * 1024 }

/** Statuses of responses without a body. */
const bodiless = new Set([101, 204, 205, 304])

/** The body of a response is larger than `maxBytes`. */
export class AnswerTooLargeError extends Error {
  override readonly name = "AnswerTooLargeError"

  constructor(maxBytes: number) {
    super(`The response is larger than ${maxBytes} bytes`)
  }
}

/**
 * Wraps a `fetch` so that a response costs limited time and memory. The body is read before the response is returned,
 * and its size is counted after decompression, so a small compressed response cannot become a large one. Redirects are
 * returned, never followed: `fetch` would send the body and most headers, including their secrets, to the new address.
 *
 * The returned function rejects with a `DOMException` named `TimeoutError`, with {@link AnswerTooLargeError}, or with
 * the error of `base`.
 */
export function boundFetch(base: Fetch, bounds: FetchBounds = {}): Fetch {
  const { timeout, maxBytes } = { ...defaultBounds, ...bounds }
  return async (input, init) => {
    const aborter = new AbortController()
    const timer = setTimeout(() => aborter.abort(new DOMException("Too slow", "TimeoutError")), timeout)
    const signal = init?.signal ? AbortSignal.any([init.signal, aborter.signal]) : aborter.signal
    const redirect = init?.redirect === "error" ? "error" : "manual"
    try {
      const answer = base(input, { ...init, signal, redirect }).then((response) =>
        readWhole(response, maxBytes),
      )
      return await Promise.race([answer, abortion(signal)])
    } catch (error) {
      aborter.abort()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Rejects when the signal aborts, because not every `fetch` honours its signal. */
function abortion(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  })
}

/** Returns the response with its body in memory, without the headers that describe the transfer. */
async function readWhole(response: Response, maxBytes: number): Promise<Response> {
  const { status, statusText } = response
  const headers = new Headers(response.headers)
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) headers.delete(name)
  const body = await readBytes(response.body, maxBytes)
  return new Response(bodiless.has(status) ? null : body, { status, statusText, headers })
}

async function readBytes(body: Response["body"], maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!body) return null
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > maxBytes) throw new AnswerTooLargeError(maxBytes)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
