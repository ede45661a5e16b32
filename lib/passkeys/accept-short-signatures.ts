import type { WebAuthnConfig } from "@auth/core/providers/webauthn"

type Verify = WebAuthnConfig["simpleWebAuthn"]["verifyAuthenticationResponse"]

/** Bytes of a number on P-256, P-384 and P-521. */
const SIZES = [32, 48, 66]

/**
 * Lets `@simplewebauthn/server` 9 verify each ECDSA signature. It joins the bytes of `r` and `s` as DER has them, and DER
 * has no leading zeros; what it compares with is padded to the size of the curve. So it refuses about one valid answer of
 * a passkey in 128. Its version 13.0 pads; `@auth/core` 0.41 takes 9 only.
 *
 * Nothing is verified here. Where `verify` says no to a signature with a short number, it is asked once more about the same
 * numbers, written so that joining them gives the padded bytes. Its word stands: a `verify` of the app's own that refuses
 * for another reason refuses twice, and whatever it throws is thrown.
 *
 * @param verify throws, without looking at the signature, where anything else is wrong
 *
 * @see https://github.com/MasterKale/SimpleWebAuthn/pull/594
 * @see https://www.w3.org/TR/webauthn-2/#sctn-signature-attestation-types
 */
export function acceptShortSignatures(verify: Verify): Verify {
  return async (options) => {
    const result = await verify(options)
    if (result.verified) return result
    const { response } = options.response
    const padded = padSignature(Buffer.from(response.signature, "base64url"))
    if (!padded) return result
    const signature = padded.toString("base64url")
    return verify({ ...options, response: { ...options.response, response: { ...response, signature } } })
  }
}

/** @returns `undefined` where neither number is short, or where it is no ECDSA signature in DER */
function padSignature(signature: Buffer): Buffer | undefined {
  const numbers = readNumbers(signature)
  const size = SIZES.find((bytes) => numbers.every(({ length }) => length <= bytes))
  if (size === undefined || numbers.every(({ length }) => length === size)) return
  const joined = Buffer.concat(numbers.flatMap((number) => [Buffer.alloc(size - number.length), number]))
  // The library drops a zero that stands before a high bit, so neither part may be two bytes or more that begin like that.
  const end = joined[1] === 0 ? 2 : 1
  return toDer(0x30, toDer(0x02, joined.subarray(0, end)), toDer(0x02, joined.subarray(end)))
}

/**
 * Reads `r` and `s` without their leading zeros. Only what DER would write the same is read.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3279#section-2.2.3
 */
function readNumbers(signature: Buffer): Buffer[] {
  const start = signature[1] === 0x81 ? 3 : 2
  const middle = start + 2 + (signature[start + 1] ?? 0)
  const numbers = [signature.subarray(start + 2, middle), signature.subarray(middle + 2)]
  const written = toDer(0x30, ...numbers.map((number) => toDer(0x02, number)))
  return written.equals(signature) ? numbers.map(dropZero) : []
}

function dropZero(number: Buffer): Buffer {
  return number[0] === 0 ? number.subarray(1) : number
}

/** A value of at most 255 bytes. */
function toDer(tag: number, ...content: Buffer[]): Buffer {
  const value = Buffer.concat(content)
  const head = value.length < 0x80 ? [tag, value.length] : [tag, 0x81, value.length]
  return Buffer.concat([Buffer.from(head), value])
}
