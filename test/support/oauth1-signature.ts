import { createHmac, timingSafeEqual } from "node:crypto"

/** The signed parts of an OAuth 1.0 request (RFC 5849, section 3.4.1). */
export interface SignedRequest {
  method: string
  /** With its query, whose parameters are signed too. */
  url: string
  /** The parameters of the form and the Authorization header, without `oauth_signature` and `realm`. */
  parameters: readonly Parameter[]
}

export type Parameter = readonly [name: string, value: string]

export interface Secrets {
  consumerSecret: string
  /** The secret of the request token or access token; omitted when requesting a request token. */
  tokenSecret?: string
}

/** RFC 3986's unreserved characters stay, all others are escaped (RFC 5849, section 3.6). */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) =>
    `%${character.charCodeAt(0).toString(16)}`.toUpperCase(),
  )
}

/** The signature base string: method, URL without its query, and the sorted parameters. */
export function toBaseString({ method, url, parameters }: SignedRequest): string {
  const { protocol, host, pathname, searchParams } = new URL(url)
  const pairs = [...searchParams, ...parameters].map(
    ([name, value]) => [percentEncode(name), percentEncode(value)] as const,
  )
  const sorted = pairs.sort((a, b) => inByteOrder(a[0], b[0]) || inByteOrder(a[1], b[1]))
  const normalized = sorted.map((pair) => pair.join("=")).join("&")
  return [method.toUpperCase(), `${protocol}//${host}${pathname}`, normalized].map(percentEncode).join("&")
}

/** The HMAC-SHA1 signature of a request, in base64 (RFC 5849, section 3.4.2). */
export function signRequest(request: SignedRequest, { consumerSecret, tokenSecret = "" }: Secrets): string {
  const key = `${percentEncode(consumerSecret)}&${percentEncode(tokenSecret)}`
  return createHmac("sha1", key).update(toBaseString(request)).digest("base64")
}

/** Whether the signature of a request is valid for the given secrets. */
export function isSignedBy(request: SignedRequest, signature: string, secrets: Secrets): boolean {
  const [expected, given] = [Buffer.from(signRequest(request, secrets)), Buffer.from(signature)]
  return expected.length === given.length && timingSafeEqual(expected, given)
}

/** The parameters of `Authorization: OAuth name="value", …`; `undefined` for any other header. */
export function readAuthorization(header = ""): Map<string, string> | undefined {
  if (!/^OAuth /i.test(header)) return undefined
  const pairs = header.slice("OAuth ".length).matchAll(/([\w%.~-]+)="([^"]*)"/g)
  return new Map(
    [...pairs].map(([, name = "", value = ""]) => [decodeURIComponent(name), decodeURIComponent(value)]),
  )
}

/** Formats the parameters as an `Authorization: OAuth …` header. */
export function writeAuthorization(parameters: Iterable<Parameter>): string {
  return `OAuth ${[...parameters].map(([name, value]) => `${percentEncode(name)}="${percentEncode(value)}"`).join(", ")}`
}

function inByteOrder(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
