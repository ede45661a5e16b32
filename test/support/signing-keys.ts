import { generateKeyPairSync, randomBytes } from "node:crypto"
import type { SigningAlgorithm } from "express-authjs"

export const algorithms: readonly SigningAlgorithm[] = ["HS512", "RS256", "PS256", "ES256", "EdDSA"]

/** Creates a key for an algorithm, as PEM; for HS512 a secret. */
export function keyFor(alg: SigningAlgorithm): string {
  if (alg === "HS512") return randomBytes(64).toString("base64url")
  return pairFor(alg).privateKey.export({ type: "pkcs8", format: "pem" }).toString()
}

export function pairFor(alg: Exclude<SigningAlgorithm, "HS512">, modulusLength = 2048) {
  if (alg === "ES256") return generateKeyPairSync("ec", { namedCurve: "P-256" })
  return alg === "EdDSA" ? generateKeyPairSync("ed25519") : generateKeyPairSync("rsa", { modulusLength })
}
