import { randomBytes } from "node:crypto"
import {
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from "jose"

let cachedKey: ReturnType<typeof generateSigningKey> | undefined

/** One RSA key per process, because generating one takes longer than everything else. */
export function signingKey() {
  cachedKey ??= generateSigningKey()
  return cachedKey
}

async function generateSigningKey() {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true })
  return { ...(await exportJWK(privateKey)), use: "sig", alg: "RS256", kid: randomBytes(8).toString("hex") }
}

/** Signs any claims with the provider's key. */
export async function signToken(
  claims: JWTPayload,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  const key = await signingKey()
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
    .sign(await importJWK(key, key.alg))
}
