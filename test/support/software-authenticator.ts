import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto"

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest()

/** Faults of an authenticator that the server must detect. */
export interface Mischief {
  origin?: string
  rpId?: string
  challenge?: string
  userVerified?: boolean
  counter?: number
  credentialId?: Buffer
  transports?: unknown
  /** Changes the signed data after signing. */
  corrupt?: (signature: Buffer) => Buffer
  /** Signs again until a signature satisfies the predicate; ECDSA signatures are random. */
  until?: (signature: Buffer) => boolean
}

/** The part of the `GET /auth/webauthn-options` response that an authenticator reads. */
export interface PasskeyOptions {
  challenge: string
  rp?: { id: string }
  rpId?: string
}

/** A device that stores one passkey (ES256, no attestation) and returns responses in the form that browsers post. */
export class SoftwareAuthenticator {
  readonly #privateKey: KeyObject
  readonly #publicKey: KeyObject
  credentialId = randomBytes(32)
  counter = 0

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
    this.#privateKey = privateKey
    this.#publicKey = publicKey
  }

  /** @see https://www.w3.org/TR/webauthn-2/#sctn-createCredential */
  register(options: PasskeyOptions, origin: string, mischief: Mischief = {}) {
    const id = mischief.credentialId ?? this.credentialId
    const length = Buffer.from([id.length >> 8, id.length & 0xff])
    const attested = Buffer.concat([Buffer.alloc(16), length, id, this.#coseKey()])
    const authData = this.#authData(options.rp?.id ?? "", mischief, attested)
    const client = clientData("webauthn.create", options, { origin, ...mischief })
    return {
      ...identity(id),
      response: {
        clientDataJSON: client.toString("base64url"),
        attestationObject: attestation(authData).toString("base64url"),
        transports: mischief.transports ?? ["internal"],
      },
    }
  }

  /** @see https://www.w3.org/TR/webauthn-2/#sctn-getAssertion */
  authenticate(options: PasskeyOptions, origin: string, mischief: Mischief = {}) {
    const authData = this.#authData(options.rpId ?? "", mischief)
    const client = clientData("webauthn.get", options, { origin, ...mischief })
    const signed = Buffer.concat([authData, sha256(client)])
    return {
      ...identity(mischief.credentialId ?? this.credentialId),
      response: {
        clientDataJSON: client.toString("base64url"),
        authenticatorData: authData.toString("base64url"),
        signature: this.#sign(signed, mischief).toString("base64url"),
      },
    }
  }

  #sign(data: Buffer, { until = () => true, corrupt = (signature) => signature }: Mischief): Buffer {
    for (;;) {
      const signature = createSign("sha256").update(data).sign(this.#privateKey)
      if (until(signature)) return corrupt(signature)
    }
  }

  #authData(rpId: string, mischief: Mischief, attested?: Buffer): Buffer {
    const verified = mischief.userVerified === false ? 0 : 0x04
    const flags = Buffer.from([0x01 | verified | (attested ? 0x40 : 0)])
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(mischief.counter ?? ++this.counter)
    return Buffer.concat([sha256(mischief.rpId ?? rpId), flags, counter, attested ?? Buffer.alloc(0)])
  }

  /** COSE_Key, RFC 9053, section 7.1.1: `{ 1: 2, 3: -7, -1: 1, -2: x, -3: y }` in CBOR. */
  #coseKey(): Buffer {
    const { x = "", y = "" } = this.#publicKey.export({ format: "jwk" })
    const bytes = (text: string) => Buffer.concat([Buffer.from([0x58, 32]), Buffer.from(text, "base64url")])
    const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21])
    return Buffer.concat([head, bytes(x), Buffer.from([0x22]), bytes(y)])
  }
}

function identity(id: Buffer) {
  const text = id.toString("base64url")
  return { id: text, rawId: text, type: "public-key", clientExtensionResults: {} }
}

function clientData(
  type: string,
  { challenge }: PasskeyOptions,
  { origin, challenge: other }: Mischief,
): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge: other ?? challenge, origin, crossOrigin: false }))
}

/** `{ fmt: "none", attStmt: {}, authData }` in CBOR. */
function attestation(authData: Buffer): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)])
  const size = Buffer.from([0x59, authData.length >> 8, authData.length & 0xff])
  return Buffer.concat([
    Buffer.from([0xa3]),
    ...[text("fmt"), text("none"), text("attStmt"), Buffer.from([0xa0])],
    ...[text("authData"), size, authData],
  ])
}
