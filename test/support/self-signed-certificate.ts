import { generateKeyPairSync, randomBytes, sign } from "node:crypto"

export interface SelfSigned {
  /** PKCS#8, as PEM text. */
  privateKey: string
  /** X.509 version 3, as PEM text. */
  certificate: string
}

const cached = new Map<string, SelfSigned>()

/** Creates an RSA key with a self-signed certificate, valid for a day; cached by name. */
export function selfSigned(commonName: string): SelfSigned {
  const made = cached.get(commonName) ?? makeSelfSigned(commonName)
  cached.set(commonName, made)
  return made
}

function makeSelfSigned(commonName: string): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const content = contentOf(commonName, publicKey.export({ type: "spki", format: "der" }))
  const certificate = sequence(content, sha256WithRsa, bitString(sign("sha256", content, privateKey)))
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: toPem(certificate),
  }
}

/** TBSCertificate of RFC 5280, section 4.1. */
function contentOf(commonName: string, publicKey: Buffer): Buffer {
  const name = sequence(tagged(0x31, sequence(oid("550403"), tagged(0x0c, Buffer.from(commonName)))))
  const day = 24 * 60 * 60 * 1000
  const validity = sequence(utcTime(Date.now() - day), utcTime(Date.now() + day))
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)])
  const version3 = tagged(0xa0, integer(Buffer.from([2])))
  return sequence(version3, integer(serial), sha256WithRsa, name, validity, name, publicKey)
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff]
  return Buffer.concat([
    Buffer.from(length < 0x80 ? [tag, length] : [tag, 0x80 | bytes.length, ...bytes]),
    content,
  ])
}

const sequence = (...parts: Buffer[]) => tagged(0x30, Buffer.concat(parts))
const integer = (value: Buffer) => tagged(0x02, value)
const bitString = (value: Buffer) => tagged(0x03, Buffer.concat([Buffer.from([0]), value]))
const oid = (hex: string) => tagged(0x06, Buffer.from(hex, "hex"))
const sha256WithRsa = sequence(oid("2a864886f70d01010b"), tagged(0x05, Buffer.alloc(0)))

function utcTime(time: number): Buffer {
  const digits = new Date(time).toISOString().replace(/\D/g, "").slice(2, 14)
  return tagged(0x17, Buffer.from(`${digits}Z`))
}

function toPem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? []
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n")
}
