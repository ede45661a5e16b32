import { ReadableStream } from "node:stream/web"

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

/** Headers that describe the transfer of a body, not the body that was read. */
const transferHeaders = ["content-encoding", "content-length", "transfer-encoding"]

/** The body of a response is larger than `maxBytes`. */
export class AnswerTooLargeError extends Error {
  override readonly name = "AnswerTooLargeError"

  constructor(maxBytes: number) {
    super(`The response is larger than ${maxBytes} bytes`)
  }
}

/** A response that has arrived as a whole. */
export interface WholeAnswer {
  readonly status: number
  readonly statusText: string
  /** Without those that describe the transfer. */
  readonly headers: Headers
  /** Decompressed; `null` if there is none. */
  readonly body: Buffer<ArrayBuffer> | null
}

/** Sends a request like `fetch`, and reads the whole response. */
export type Exchange = (...request: Parameters<Fetch>) => Promise<WholeAnswer>

/**
 * Wraps a `fetch` so that a response costs limited time and memory. The body is read before the response is returned,
 * and its size is counted after decompression, so a small compressed response cannot become a large one. Redirects are
 * returned, never followed: `fetch` would send the body and most headers, including their secrets, to the new address.
 *
 * @param base called for each request. @default the global `fetch`, looked up at each request
 * @returns a function that rejects with a `DOMException` named `TimeoutError`, with {@link AnswerTooLargeError}, or with
 * the error of `base`.
 */
export function boundFetch(base?: Fetch, bounds: FetchBounds = {}): Fetch {
  const exchange = boundExchange(base, bounds)
  return async (input, init) => {
    const { body, ...answer } = await exchange(input, init)
    return new Response(bodiless.has(answer.status) ? null : body, answer)
  }
}

/** Limits a `fetch` as {@link boundFetch} does, for callers that need no `Response`: creating one costs time. */
export function boundExchange(base: Fetch = globalFetch, bounds: FetchBounds = {}): Exchange {
  const { timeout, maxBytes } = { ...defaultBounds, ...bounds }
  return async (input, init) => {
    const aborter = new AbortController()
    const limits = { signal: init?.signal, timeout }
    const signal = init?.signal ? AbortSignal.any([init.signal, aborter.signal]) : aborter.signal
    const redirect = init?.redirect === "error" ? "error" : "manual"
    try {
      return await within(limits, async () =>
        readWhole(await base(input, { ...init, signal, redirect }), maxBytes),
      )
    } catch (error) {
      aborter.abort(error)
      throw error
    }
  }
}

function globalFetch(...request: Parameters<Fetch>): Promise<Response> {
  return fetch(...request)
}

interface Limits {
  readonly signal: AbortSignal | null | undefined
  readonly timeout: number
}

/** Rejects when the time is up or the signal aborts, because not every `fetch` honours its signal. */
function within<Value>({ signal, timeout }: Limits, run: () => Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DOMException("Too slow", "TimeoutError")), timeout)
    if (signal?.aborted) reject(signal.reason)
    else signal?.addEventListener("abort", () => reject(signal.reason), { once: true })
    run()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer))
  })
}

async function readWhole(response: Response, maxBytes: number): Promise<WholeAnswer> {
  const { status, statusText } = response
  const headers = new Headers(response.headers)
  for (const name of transferHeaders) headers.delete(name)
  return { status, statusText, headers, body: await readBytes(response.body, maxBytes) }
}

async function readBytes(body: Response["body"], maxBytes: number): Promise<WholeAnswer["body"]> {
  if (!body) return null
  // The body of node-fetch, which some apps need for their proxy, is a stream of Node.
  const reader = ("getReader" in body ? body : ReadableStream.from<Uint8Array>(body)).getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks)
    size += value.byteLength
    if (size > maxBytes) throw await cancel(reader, new AnswerTooLargeError(maxBytes))
    chunks.push(value)
  }
}

async function cancel(reader: ReadableStreamDefaultReader, error: Error): Promise<Error> {
  await reader.cancel(error).catch(() => {})
  return error
}
