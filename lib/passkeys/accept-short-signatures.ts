import type { WebAuthnConfig } from "@auth/core/providers/webauthn"

type Verify = WebAuthnConfig["simpleWebAuthn"]["verifyAuthenticationResponse"]

/** Bytes of an integer on P-256, P-384 and P-521. */
const SIZES = [32, 48, 66]

/**
 * Makes `@simplewebauthn/server` 9 verify every ECDSA signature. It joins the bytes of `r` and `s` as encoded in DER,
 * which omits leading zeros, and compares with values padded to the curve's size, so it rejects about one valid
 * response in 128. Its version 13.0 pads; `@auth/core` 0.41 accepts only version 9.
 *
 * Verifies nothing itself. When `verify` rejects a signature with a short integer, calls it again with the same
 * integers, encoded so that joining them yields the padded bytes. The second result stands: a `verify` of the app's own
 * that rejects for another reason rejects twice, and errors that it throws propagate.
 *
 * @param verify throws without checking the signature if anything else is wrong
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

/**
 * Returns the signature re-encoded, or `undefined` if neither integer is short or it is not an ECDSA signature in DER.
 */
function padSignature(signature: Buffer): Buffer | undefined {
  const numbers = readNumbers(signature)
  const size = SIZES.find((bytes) => numbers.every(({ length }) => length <= bytes))
  if (size === undefined || numbers.every(({ length }) => length === size)) return
  const joined = Buffer.concat(numbers.flatMap((number) => [Buffer.alloc(size - number.length), number]))
  // The library drops a zero before a high bit, so neither part may have two bytes or more and start like that.
  const end = joined[1] === 0 ? 2 : 1
  return toDer(0x30, toDer(0x02, joined.subarray(0, end)), toDer(0x02, joined.subarray(end)))
}

/** Reads `r` and `s` without leading zeros. Accepts only canonical DER. */
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

/** Encodes a value of at most 255 bytes. */
function toDer(tag: number, ...content: Buffer[]): Buffer {
  const value = Buffer.concat(content)
  const head = value.length < 0x80 ? [tag, value.length] : [tag, 0x81, value.length]
  return Buffer.concat([Buffer.from(head), value])
}
