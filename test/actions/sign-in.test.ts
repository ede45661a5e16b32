import { expect } from "chai"
import { csrfOf, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

describe("GET signin/:provider", () => {
  const { start } = useAuthApps()

  it("shows one button, and leads nowhere by itself", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin/demo?callbackUrl=/dashboard`)
    expect([page.status, redirectTarget(page)]).to.deep.equal([200, undefined])
    const back = await signInAtProvider(agent, await agent.submit(page), { name: "Ada Lovelace" })
    expect(redirectTarget(back)).to.equal(`${url}/dashboard`)
  })

  it("answers 404 for a provider that is not there", async () => {
    const { url } = await start()
    expect((await new UserAgent().get(`${url}/auth/signin/unknown`)).status).to.equal(404)
  })
})

describe("POST signin/:provider", () => {
  const { start, idp, demo } = useAuthApps()

  it("S26: lets login_hint, prompt, ui_locales and screen_hint through, and nothing else", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const csrfToken = await csrfOf(agent, url)
    const evil = new URLSearchParams({
      ...{ client_id: "evil", redirect_uri: "https://evil.example", scope: "admin", state: "x", nonce: "n" },
      ...{
        response_type: "token",
        response_mode: "fragment",
        code_challenge: "c",
        code_challenge_method: "plain",
      },
      ...{
        request: "r",
        request_uri: "https://evil.example",
        acr_values: "0",
        claims: "{}",
        audience: "evil",
      },
      ...{ login_hint: "ada", prompt: "login", ui_locales: "de", screen_hint: "signup", callbackUrl: "/x" },
    })
    const plain = new URL(redirectTarget(await agent.post(`${url}/auth/signin/demo`, { csrfToken })) ?? "")
    const leaving = await agent.post(`${url}/auth/signin/demo?${evil}`, { csrfToken })
    const { origin, searchParams } = new URL(redirectTarget(leaving) ?? "")
    expect(origin).to.equal(idp().issuer)
    const added = [...searchParams].filter(([name]) => !plain.searchParams.has(name))
    expect(Object.fromEntries(added)).to.deep.equal({
      ...{ login_hint: "ada", prompt: "login", ui_locales: "de", screen_hint: "signup" },
    })
    for (const name of ["client_id", "redirect_uri", "scope", "response_type", "code_challenge_method"])
      expect(searchParams.getAll(name)).to.deep.equal(plain.searchParams.getAll(name))
  })

  it("S26: takes nothing for the provider from the form", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const csrfToken = await csrfOf(agent, url)
    const form = {
      csrfToken,
      client_id: "evil",
      redirect_uri: "https://evil.example",
      scope: "admin",
      prompt: "none",
    }
    const { searchParams } = new URL(redirectTarget(await agent.post(`${url}/auth/signin/demo`, form)) ?? "")
    expect([searchParams.get("client_id"), searchParams.get("scope")]).to.deep.equal([
      idp().clientId,
      "openid profile email",
    ])
    expect([searchParams.get("redirect_uri"), searchParams.has("prompt")]).to.deep.equal([
      `${url}/auth/callback/demo`,
      false,
    ])
  })

  it("adds state and PKCE to a provider that asks for none of them by itself", async () => {
    const { url } = await start({ providers: [demo({ checks: [] as never })] })
    const { searchParams } = new URL(redirectTarget(await startSignIn(new UserAgent(), url)) ?? "")
    expect(searchParams.get("state")).to.be.a("string")
  })

  it("answers a browser with 200 and Refresh, scripts and other clients with 302 or JSON", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const page = await startSignIn(agent, url)
    expect(page.status).to.equal(200)
    expect(page.headers.get("refresh")).to.match(/^0;url=http:\/\/127\.0\.0\.1/)
    const client = new UserAgent({ navigate: false })
    const csrfToken = await csrfOf(client, url)
    expect((await client.post(`${url}/auth/signin/demo`, { csrfToken })).status).to.equal(302)
    const asked = await client.post(
      `${url}/auth/signin/demo`,
      { csrfToken },
      { "x-auth-return-redirect": "1" },
    )
    expect(asked.status).to.equal(200)
    expect(new URL(JSON.parse(asked.body).url).origin).to.equal(idp().issuer)
    expect(asked.setCookies.join()).to.include("authjs.state.")
  })

  it("shows the sign-in page when no provider is named", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const answer = await agent.post(`${url}/auth/signin`, {
      csrfToken: await csrfOf(agent, url),
      callbackUrl: "/x",
    })
    expect(redirectTarget(answer)).to.equal(
      `${url}/auth/signin?callbackUrl=${encodeURIComponent(`${url}/x`)}`,
    )
  })

  it("shows the error page, and logs, when the provider cannot be reached", async () => {
    const { url, logs } = await start({ providers: [demo({ issuer: "http://127.0.0.1:9/unknown" })] })
    const agent = new UserAgent()
    const page = await agent.followAll(await startSignIn(agent, url))
    expect(page.status).to.equal(503)
    expect(textOf(page.body)).to.include("The sign-in service is not responding")
    expect(logs.filter(({ level }) => level === "error")).to.have.length(1)
  })
})
