import { CompactEncrypt, calculateJwkThumbprint } from "jose"

interface TokenOptions {
  secret: string
  salt: string
  /** Merged over the header core would write; `undefined` removes a member. */
  header?: Record<string, unknown>
}

/** Makes a token with `jose` and WebCrypto, step by step, for what neither codec would write. */
export async function makeToken(plaintext: string | Uint8Array, options: TokenOptions): Promise<string> {
  const enc = String(options.header?.enc ?? "A256CBC-HS512")
  const key = await deriveKey(options.secret, options.salt, keyLength(enc))
  const kid = await thumbprint(key)
  const header = { alg: "dir", enc, kid, ...options.header }
  const bytes = typeof plaintext === "string" ? new TextEncoder().encode(plaintext) : plaintext
  return new CompactEncrypt(bytes).setProtectedHeader(header).encrypt(key)
}

/** The key core derives; HKDF by WebCrypto, so that it does not share our code's path. */
export async function deriveKey(secret: string, salt: string, length: number): Promise<Uint8Array> {
  const encoder = new TextEncoder()
  const material = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveBits"])
  const info = encoder.encode(`Auth.js Generated Encryption Key (${salt})`)
  const params = { name: "HKDF", hash: "SHA-256", salt: encoder.encode(salt), info }
  return new Uint8Array(await crypto.subtle.deriveBits(params, material, length * 8))
}

/** The `kid` core names a key by: its RFC 7638 thumbprint. */
export function thumbprint(key: Uint8Array): Promise<string> {
  const jwk = { kty: "oct", k: Buffer.from(key).toString("base64url") }
  return calculateJwkThumbprint(jwk, key.length === 64 ? "sha512" : "sha256")
}

function keyLength(enc: string): number {
  if (enc === "A256CBC-HS512") return 64
  if (enc === "A192CBC-HS384") return 48
  if (enc === "A192GCM") return 24
  return enc === "A128GCM" ? 16 : 32
}
