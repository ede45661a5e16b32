import { once } from "node:events"
import { createServer } from "node:http"
import { exportJWK, generateKeyPair, SignJWT } from "jose"

const alg = "RS256"

/**
 * An OpenID provider for the implicit flow with form_post: it publishes its key, and signs whatever identity it is
 * asked for.
 *
 * @returns its `issuer` URL, and `signIdToken(claims, { clientId, nonce })`
 */
export async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair(alg)
  const keys = [{ ...(await exportJWK(publicKey)), kid: "1", alg, use: "sig" }]
  const server = createServer(answer).listen(0, "127.0.0.1")
  await once(server, "listening")
  const issuer = `http://127.0.0.1:${server.address().port}`
  const documents = {
    "/jwks": { keys },
    "/.well-known/openid-configuration": {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ["id_token"],
      response_modes_supported: ["form_post"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: [alg],
    },
  }
  function answer(req, res) {
    res.setHeader("content-type", "application/json").end(JSON.stringify(documents[req.url] ?? {}))
  }
  return {
    issuer,
    signIdToken: ({ sub, ...claims }, { clientId, nonce }) =>
      new SignJWT({ ...claims, nonce })
        .setProtectedHeader({ alg, kid: "1" })
        .setIssuer(issuer)
        .setAudience(clientId)
        .setSubject(sub)
        .setIssuedAt()
        .setExpirationTime("1h")
        .sign(privateKey),
  }
}
