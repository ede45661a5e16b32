import { generateKeyPairSync, randomBytes } from "node:crypto"
import { SignJWT } from "jose"

const keys = {
  RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
  HS256: randomBytes(32),
}

/** Signs a token as a provider does, valid for an hour unless the claims set another time. */
export function signJwt(claims: Record<string, unknown>, alg: keyof typeof keys = "RS256"): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ iat: now, exp: now + 3600, ...claims })
    .setProtectedHeader({ alg, kid: "k1" })
    .sign(keys[alg])
}
