import { createHmac, createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto"
import { expect } from "chai"
import { type SignedOptions, type SigningAlgorithm, signed } from "express-authjs"
import { verifySession } from "express-authjs/jwt"
import { decodeJwt, decodeProtectedHeader, importPKCS8, type JWK, SignJWT } from "jose"
import { configErrorOf } from "../../support/config-error.js"
import { atTime, claimsOfAda, now, useSessionApps } from "../../support/session-apps.js"
import { algorithms, keyFor, pairFor } from "../../support/signing-keys.js"

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")

/** The code of the error a promise is rejected with. */
function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "no error",
    (error) => error.code,
  )
}

/** The token with members of its header replaced, and signed by the function given. */
function withHeader(token: string, header: object, sign: (input: string) => string): string {
  const input = `${encoded({ ...decodeProtectedHeader(token), ...header })}.${token.split(".")[1]}`
  return `${input}.${sign(input)}`
}

describe("S13: attacks on signed sessions", () => {
  const start = useSessionApps()

  async function signedIn(alg: SigningAlgorithm, key = keyFor(alg)) {
    const jwt = signed({ alg, key })
    const app = await start({ jwt })
    const visitor = await app.visitor()
    await visitor.post("/login", { name: "ada" })
    const token = (await visitor.sealed()) ?? ""
    const refuses = async (forged: string) => {
      const thief = await app.visitor(forged)
      expect((await thief.get("/guarded")).status).to.equal(401)
      const { keys } = await jwt.jwks()
      const verified = await verifySession(forged, { jwks: { keys } }).catch(() => "refused")
      expect(verified).to.equal("refused")
    }
    return { app, token, key, refuses }
  }

  for (const alg of algorithms) {
    it(`${alg}: another user's claims under the old signature`, async () => {
      const { token, refuses } = await signedIn(alg)
      const [header, , signature] = token.split(".")
      await refuses(`${header}.${encoded({ ...decodeJwt(token), sub: "grace" })}.${signature}`)
    })

    it(`${alg}: no algorithm, no signature`, async () => {
      const { token, refuses } = await signedIn(alg)
      for (const none of ["none", "None", "NONE", ""])
        await refuses(withHeader(token, { alg: none }, () => ""))
      await refuses(`${token.split(".").slice(0, 2).join(".")}.`)
      await refuses(token.split(".").slice(0, 2).join("."))
    })

    it(`${alg}: another algorithm in the header`, async () => {
      const { token, refuses } = await signedIn(alg)
      const signature = token.split(".")[2] ?? ""
      for (const other of [...algorithms, "HS256", "RS512", "ES384", "dir"])
        if (other !== alg) await refuses(withHeader(token, { alg: other }, () => signature))
    })
  }

  it("the public key as an HMAC secret, in every form it is published in", async () => {
    const key = keyFor("RS256")
    const { token, refuses } = await signedIn("RS256", key)
    const publicKey = createPublicKey(key)
    const forms = [
      publicKey.export({ type: "spki", format: "pem" }),
      publicKey.export({ type: "pkcs1", format: "pem" }),
      publicKey.export({ type: "spki", format: "der" }),
      JSON.stringify(publicKey.export({ format: "jwk" })),
    ]
    for (const secret of forms) {
      for (const [alg, hash] of [
        ["HS256", "sha256"],
        ["HS512", "sha512"],
      ] as const)
        await refuses(
          withHeader(token, { alg }, (input) => createHmac(hash, secret).update(input).digest("base64url")),
        )
    }
  })

  it("a key of the attacker's own, embedded or under our key's name", async () => {
    const { token, refuses } = await signedIn("ES256")
    const own = pairFor("ES256")
    const jwk = own.publicKey.export({ format: "jwk" })
    const { kid } = decodeProtectedHeader(token)
    for (const header of [
      { kid },
      { kid, jwk },
      { jwk },
      { kid: "own", jku: "https://evil.example/jwks.json" },
    ]) {
      const forged = new SignJWT(decodeJwt(token)).setProtectedHeader({ alg: "ES256", ...header } as never)
      await refuses(await forged.sign(own.privateKey))
    }
  })

  it("the right key with an algorithm the app has not chosen", async () => {
    const pem = keyFor("RS256")
    const { app, token } = await signedIn("RS256", pem)
    const { keys } = await signed({ alg: "RS256", key: pem }).jwks()
    const { alg: _, ...anyAlg } = keys[0] ?? {}
    for (const alg of ["PS256", "RS512"]) {
      const key = await importPKCS8(pem, alg)
      const header = { ...decodeProtectedHeader(token), alg }
      const forged = await new SignJWT(decodeJwt(token)).setProtectedHeader(header).sign(key)
      expect((await (await app.visitor(forged)).get("/guarded")).status).to.equal(401)
      if (alg === "RS512")
        expect(await codeOf(verifySession(forged, { jwks: { keys: [anyAlg as JWK] } }))).to.equal(
          "ERR_JOSE_ALG_NOT_ALLOWED",
        )
    }
  })

  it("a token past its end, also out of the cache", async () => {
    const { app, token } = await signedIn("EdDSA")
    const { exp = 0 } = decodeJwt(token)
    const visitor = await app.visitor(token)
    expect((await visitor.get("/guarded")).status).to.equal(200)
    await atTime(exp + 16, async () => {
      expect((await visitor.get("/guarded")).status).to.equal(401)
    })
    await atTime(exp + 16, async () => {
      expect((await (await app.visitor(token)).get("/guarded")).status).to.equal(401)
    })
  })

  it("a token of the same key that is no session: without `sid`, without end", async () => {
    const pem = keyFor("EdDSA")
    const { token, refuses } = await signedIn("EdDSA", pem)
    const { kid = "" } = decodeProtectedHeader(token)
    const key = await importPKCS8(pem, "EdDSA")
    const { sid: _sid, ...nameless } = claimsOfAda()
    const { exp: _exp, ...endless } = claimsOfAda()
    for (const claims of [nameless, endless])
      await refuses(await new SignJWT(claims).setProtectedHeader({ alg: "EdDSA", kid }).sign(key))
    await refuses(
      await new SignJWT({ ...claimsOfAda(), nbf: now() + 100 })
        .setProtectedHeader({ alg: "EdDSA", kid })
        .sign(key),
    )
  })

  it("text that is no token", async () => {
    const { app, token } = await signedIn("ES256")
    for (const junk of ["junk", "a.b.c", "..", `${token}.${token}`, token.slice(0, 40), "e30.e30.e30"])
      expect((await (await app.visitor(junk)).get("/guarded")).status).to.equal(401)
  })
})

describe("signed() refuses", () => {
  const pem = (alg: "RS256" | "ES256" | "EdDSA") => keyFor(alg)
  const ed448 = generateKeyPairSync("ed448").privateKey
  const rsaPss = generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).privateKey
  const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey
  const rows: [title: string, options: () => unknown, message: RegExp][] = [
    ["an algorithm it does not know", () => ({ alg: "none", key: pem("RS256") }), /"none".*HS512, RS256/],
    ["options without a key", () => ({ alg: "ES256" }), /private key/],
    ["a key from an unset variable", () => ({ alg: "EdDSA", key: undefined }), /private key/],
    ["a secret from an unset variable", () => ({ alg: "HS512", key: undefined }), /64 bytes/],
    ["a short secret", () => ({ alg: "HS512", key: "x".repeat(63) }), /64 bytes/],
    ["an empty secret", () => ({ alg: "HS512", key: "" }), /64 bytes/],
    ["PEM text as a secret", () => ({ alg: "HS512", key: pem("RS256") }), /PEM/],
    [
      "a JWK of a pair as a secret",
      () => ({ alg: "HS512", key: pairFor("ES256").privateKey.export({ format: "jwk" }) }),
      /64 bytes/,
    ],
    ["a private key as a secret", () => ({ alg: "HS512", key: pairFor("EdDSA").privateKey }), /"ed25519"/],
    ["an EC key for RS256", () => ({ alg: "RS256", key: pem("ES256") }), /"ec"/],
    ["an RSA key for ES256", () => ({ alg: "ES256", key: pem("RS256") }), /"rsa"/],
    ["an RSA key for EdDSA", () => ({ alg: "EdDSA", key: pem("RS256") }), /"rsa"/],
    ["an RSA key that is restricted to PSS", () => ({ alg: "PS256", key: rsaPss }), /"rsa-pss"/],
    ["Ed448", () => ({ alg: "EdDSA", key: ed448 }), /"ed448"/],
    ["another curve for ES256", () => ({ alg: "ES256", key: p384 }), /P-256/],
    ["a small RSA key", () => ({ alg: "RS256", key: pairFor("RS256", 1024).privateKey }), /2048/],
    ["a public KeyObject", () => ({ alg: "ES256", key: pairFor("ES256").publicKey }), /private key/],
    ["a secret for ES256", () => ({ alg: "ES256", key: randomBytes(64) }), /private key/],
    ["an unfit former key", () => ({ alg: "ES256", key: pem("ES256"), previous: [pem("RS256")] }), /"rsa"/],
  ]
  for (const [title, options, message] of rows) {
    it(title, () => {
      const error = configErrorOf(() => signed(options() as SignedOptions))
      expect(error)
        .to.match(/^ERR_AUTH_INVALID_OPTION: /)
        .and.to.match(message)
    })
  }
})
