import { expect } from "chai"
import { memoryRevocation } from "express-authjs"
import { exportSPKI, generateKeyPair, importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from "jose"
import { signingKey } from "../../examples/support/openid-provider-keys.js"
import { sessionOf, signIn, UserAgent } from "../support/auth-apps.js"
import { type LogoutApp, logoutClaims, postLogout, useLogoutApps } from "../support/logout-apps.js"

const minute = 60
const now = () => Math.floor(Date.now() / 1000)
const event = "http://schemas.openid.net/event/backchannel-logout"
const withSecret = (claims: JWTPayload, secret: string | Uint8Array) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: "logout+jwt" })
    .sign(typeof secret === "string" ? new TextEncoder().encode(secret) : secret)

type Forge = (app: LogoutApp, claims: JWTPayload) => Promise<string>

/** A token like a good one, but for some claims; `undefined` leaves one out. */
const claiming =
  (changes: JWTPayload | (() => JWTPayload)): Forge =>
  ({ idp }, claims) =>
    idp.sign({ ...claims, ...(typeof changes === "function" ? changes() : changes) })

const forgeries: Record<string, Forge> = {
  "is unsigned": async (_app, claims) => new UnsecuredJWT(claims).encode(),
  "is unsigned, and says RS256": async (_app, claims) => {
    const [, payload] = new UnsecuredJWT(claims).encode().split(".")
    return `${Buffer.from('{"alg":"RS256","typ":"logout+jwt"}').toString("base64url")}.${payload}.`
  },
  "was changed after it was signed": async ({ idp }, claims) => {
    const [header, , signature] = (await idp.sign(claims)).split(".")
    const payload = Buffer.from(JSON.stringify({ ...claims, sub: "grace" })).toString("base64url")
    return [header, payload, signature].join(".")
  },
  "is signed with a foreign key": async (_app, claims) => {
    const { privateKey } = await generateKeyPair("RS256")
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256" }).sign(privateKey)
  },
  "brings its own key along": async (_app, claims) => {
    const { privateKey, publicKey } = await generateKeyPair("RS256")
    const jwk = await crypto.subtle.exportKey("jwk", publicKey as CryptoKey)
    const header = { alg: "RS256", jwk, jku: "https://evil.example/jwks" }
    return new SignJWT(claims).setProtectedHeader(header as never).sign(privateKey)
  },
  "names a key there is not": ({ idp }, claims) => idp.sign(claims, { kid: "unknown" }),
  "is signed by HS256 with the client's secret": ({ idp }, claims) => withSecret(claims, idp.clientSecret),
  "is signed by HS256 with the provider's public key": async (_app, claims) => {
    const { kty, n, e, alg } = await signingKey()
    const key = await importJWK({ kty, n, e } as never, alg)
    return withSecret(claims, await exportSPKI(key as CryptoKey))
  },
  "is encrypted": async () => `${Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString("base64url")}....`,
  "is an access token by its type": ({ idp }, claims) => idp.sign(claims, { typ: "at+jwt" }),
  "has another issuer": claiming({ iss: "https://evil.example" }),
  "has no issuer": claiming({ iss: undefined as never }),
  "is for another client": claiming({ aud: "another" }),
  "has no audience": claiming({ aud: undefined as never }),
  "is for other clients": claiming({ aud: ["another", "more"] }),
  "was issued long ago": claiming(() => ({ iat: now() - 10 * minute, exp: now() + 60 * minute })),
  "is from the future": claiming(() => ({ iat: now() + 10 * minute, exp: now() + 20 * minute })),
  "does not say when it was issued": claiming({ iat: undefined as never }),
  "has expired": claiming(() => ({ iat: now() - 4 * minute, exp: now() - 2 * minute })),
  "is not valid yet": claiming(() => ({ nbf: now() + 10 * minute })),
  "has a nonce": claiming({ nonce: "n" }),
  "has an empty nonce": claiming({ nonce: "" }),
  "has no events": claiming({ events: undefined }),
  "has another event": claiming({ events: { "http://schemas.openid.net/event/other": {} } }),
  "has events that are no object": claiming({ events: [event] }),
  "has an event that is no object": claiming({ events: { [event]: "yes" } }),
  "has no jti": claiming({ jti: undefined as never }),
  "has a jti that is no text": claiming({ jti: 7 as never }),
  "has an empty jti": claiming({ jti: "" }),
  "has neither sub nor sid": claiming({ sub: undefined as never, sid: undefined }),
  "names a sub that is no text": claiming({ sub: { $ne: "" } as never }),
  "names an empty sub": claiming({ sub: "" }),
  "names a sub with a NUL": claiming({ sub: "ada\0" }),
  "names a sid that is no text": claiming({ sid: ["x"] }),
  "is the id_token of the sign-in": async ({ idTokens }) => idTokens[0] ?? "",
  "is no token": async () => "x",
  "is empty": async () => "",
}

describe("a logout token", () => {
  const start = useLogoutApps()

  async function startSignedIn() {
    const app = await start({ config: () => ({ revocation: memoryRevocation() }) })
    const agent = new UserAgent()
    await signIn(agent, app.url)
    return { ...app, app, agent }
  }

  for (const [what, forge] of Object.entries(forgeries))
    it(`ends nothing when it ${what}`, async () => {
      const { app, agent, url, uri, idp, logs } = await startSignedIn()
      const answer = await postLogout(uri, await forge(app, logoutClaims(idp, { sub: "ada" })))
      expect(answer.status).to.equal(400)
      expect(answer.headers.get("cache-control")).to.equal("no-store")
      expect(await answer.json()).to.include({ error: "invalid_request" })
      expect(await sessionOf(agent, url)).to.not.equal(null)
      expect(logs).to.deep.equal({ errors: [], warnings: [] })
    })

  const good: Record<string, Forge> = {
    "as providers send it": claiming({}),
    "of an older provider: type JWT, no exp": ({ idp }, claims) =>
      idp.sign({ ...claims, exp: undefined as never }, { typ: "JWT" }),
    "with its full type": ({ idp }, claims) => idp.sign(claims, { typ: "application/logout+jwt" }),
    "for several clients": ({ idp }, claims) => idp.sign({ ...claims, aud: ["another", idp.clientId] }),
    "from a clock half a minute ahead": claiming(() => ({ iat: now() + minute / 2 })),
    "four minutes on its way": claiming(() => ({ iat: now() - 4 * minute, exp: now() + minute })),
  }
  for (const [what, make] of Object.entries(good))
    it(`ends the session ${what}`, async () => {
      const { app, agent, url, uri, idp } = await startSignedIn()
      const answer = await postLogout(uri, await make(app, logoutClaims(idp, { sub: "ada" })))
      expect(answer.status, await answer.text()).to.equal(200)
      expect(await sessionOf(agent, url)).to.equal(null)
    })

  it("counts once, however often and at once it is sent", async () => {
    const { url, uri, idp } = await startSignedIn()
    const token = await idp.sign(logoutClaims(idp, { sub: "ada" }))
    const answers = await Promise.all(Array.from({ length: 5 }, () => postLogout(uri, token)))
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 400, 400, 400, 400])
    await new Promise((resolve) => setTimeout(resolve, 2))
    const agent = new UserAgent()
    await signIn(agent, url)
    expect((await postLogout(uri, token)).status).to.equal(400)
    expect(await sessionOf(agent, url)).to.not.equal(null)
  })

  it("counts once among processes that share a store", async () => {
    const revocation = memoryRevocation()
    const one = await start({ config: () => ({ revocation }) })
    const other = await start({
      config: () => ({
        revocation,
        providers: [
          {
            ...{ id: "demo", name: "Demo", type: "oidc", issuer: one.idp.issuer },
            ...{ clientId: one.idp.clientId, clientSecret: one.idp.clientSecret },
          } as never,
        ],
      }),
    })
    const token = await one.idp.sign(logoutClaims(one.idp, { sub: "ada" }))
    expect((await postLogout(one.uri, token)).status).to.equal(200)
    expect((await postLogout(other.uri, token)).status).to.equal(400)
  })

  it("has to come as a form that is not too large", async () => {
    const { uri, idp, agent, url } = await startSignedIn()
    const token = await idp.sign(logoutClaims(idp, { sub: "ada" }))
    const refused = [
      await postLogout(uri, "x".repeat(200 * 1024)),
      await fetch(uri, { method: "POST" }),
      await fetch(uri, { method: "POST", headers: { "content-type": "text/plain" }, body: token }),
      await fetch(uri, {
        method: "POST",
        body: new URLSearchParams([
          ["logout_token", token],
          ["logout_token", token],
        ]),
      }),
      await fetch(`${uri}?logout_token=${token}`, { method: "POST" }),
    ]
    expect(refused.map(({ status }) => status)).to.deep.equal([400, 400, 400, 400, 400])
    expect(await sessionOf(agent, url)).to.not.equal(null)
  })

  it("needs no cookie and no Origin of ours: its signature is the proof", async () => {
    const { uri, idp, agent, url } = await startSignedIn()
    const token = await idp.sign(logoutClaims(idp, { sub: "ada" }))
    const foreign = { origin: idp.issuer, "sec-fetch-site": "cross-site" }
    expect((await postLogout(uri, token, foreign)).status).to.equal(200)
    expect(await sessionOf(agent, url)).to.equal(null)
  })

  it("has the algorithm the client registered for its id_tokens", async () => {
    const { uri, idp, logs } = await start({
      config: ({ issuer, clientId, clientSecret }) => ({
        revocation: memoryRevocation(),
        providers: [
          {
            ...{ id: "demo", name: "Demo", type: "oidc", issuer, clientId, clientSecret },
            client: { id_token_signed_response_alg: "ES256" },
          } as never,
        ],
      }),
    })
    expect((await postLogout(uri, await idp.sign(logoutClaims(idp, { sub: "ada" })))).status).to.equal(400)
    expect(logs.errors).to.deep.equal([])
  })

  it("is answered 400, with the reason in the log, while the provider's keys cannot be had", async () => {
    const { uri, idp, logs } = await start({ config: () => ({ revocation: memoryRevocation() }) })
    const token = await idp.sign(logoutClaims(idp, { sub: "ada" }))
    await idp.close()
    const answer = await postLogout(uri, token)
    expect([answer.status, (await answer.json()).error]).to.deep.equal([400, "server_error"])
    expect(logs.errors[0]?.cause).to.include({ code: "ERR_AUTH_PROVIDER_UNAVAILABLE" })
  })
})
