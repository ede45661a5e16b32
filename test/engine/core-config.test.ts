import { Auth } from "@auth/core"
import Credentials from "@auth/core/providers/credentials"
import { expect } from "chai"
import { stableUserId } from "../../lib/providers/stable-user-id.js"
import { csrfOf, sessionOf, signIn, useAuthApps } from "../support/auth-apps.js"
import { times } from "../support/guesser.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

describe("what core is given", () => {
  const { start, idp } = useAuthApps()

  it("leaves every object of the user's untouched, nested ones too", async () => {
    const { issuer, clientId, clientSecret } = idp()
    const config = {
      providers: [
        {
          ...{ id: "demo", name: "Demo", type: "oidc" as const, checks: ["pkce" as const] },
          ...{
            issuer,
            authorization: { params: { scope: "openid profile email", claims: { id_token: {} } } },
          },
          client: { token_endpoint_auth_method: "client_secret_basic" },
          options: { clientId, clientSecret, client: {}, authorization: { params: { prompt: "login" } } },
        },
      ],
      callbacks: {},
      events: {},
      session: { maxAge: 3600 },
      cookies: { state: { options: { sameSite: "lax" as const } } },
      theme: {},
      pages: {},
      redirectProxyUrl: "https://proxy.example/auth",
    }
    const before = structuredClone(config)
    const { redirectProxyUrl, ...direct } = config
    const { url, logs } = await start(direct)
    const agent = new UserAgent()
    expect(redirectTarget(await signIn(agent, url))).to.equal(`${url}/`)
    expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
    const proxied = await start({ ...direct, redirectProxyUrl })
    const page = await agent.get(`${proxied.url}/auth/signin`)
    const leaving = await agent.submit(page)
    expect(redirectTarget(leaving)).to.include(encodeURIComponent(redirectProxyUrl))
    expect(redirectTarget(leaving)).to.include("prompt=login")
    expect([...logs, ...proxied.logs].filter(({ level }) => level === "error")).to.deep.equal([])
    expect(config).to.deep.equal(before)
  })

  it("gives a user without a database the same id at each sign-in, before any callback sees it", async () => {
    const seen: unknown[] = []
    const { url } = await start({
      callbacks: {
        signIn: ({ user }) => void seen.push(user.id) === undefined,
        jwt: ({ token, user }) => {
          if (user) seen.push(user.id, token.sub)
          return token
        },
      },
    })
    for (const name of ["Ada Lovelace", "Ada Lovelace", "Grace Hopper"]) {
      const agent = new UserAgent()
      await signIn(agent, url, { name })
      seen.push((await sessionOf(agent, url))?.user.id)
    }
    const [ada, grace] = [stableUserId("demo", "ada"), stableUserId("demo", "grace")]
    expect(seen).to.deep.equal([ada, ada, ada, ada, ada, ada, ada, ada, grace, grace, grace, grace])
    expect(ada).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it("keeps ids of different accounts apart, however provider and account are cut", () => {
    expect(stableUserId("a", "bc")).to.not.equal(stableUserId("ab", "c"))
    expect(stableUserId('a","b', "c")).to.not.equal(stableUserId("a", 'b","c'))
  })

  describe("a user without id from authorize()", () => {
    async function signInTwice(user: { name?: string; email?: string }) {
      const { url, logs } = await start({ providers: [Credentials({ authorize: () => user })] })
      const enter = async () => {
        const agent = new UserAgent()
        const csrfToken = await csrfOf(agent, url)
        await agent.post(`${url}/auth/callback/credentials`, { csrfToken })
        return (await sessionOf(agent, url))?.user.id
      }
      return { ids: [await enter(), await enter()], warnings: logs.map(({ text }) => text) }
    }

    it("has one derived from provider and e-mail, with one warning", async () => {
      const { ids, warnings } = await signInTwice({ email: "Ada@Example.com" })
      expect(ids).to.deep.equal(times(2, stableUserId("credentials", "ada@example.com")))
      expect(warnings).to.deep.equal(["authorize-id"])
    })

    it("has a random one without an e-mail, too", async () => {
      const { ids, warnings } = await signInTwice({ name: "No id" })
      for (const id of ids) expect(id).to.match(/^[\da-f]{8}-[\da-f-]{27}$/)
      expect(ids[0]).to.not.equal(ids[1])
      expect(warnings).to.deep.equal(["authorize-id"])
    })
  })

  describe("authorize()", () => {
    type Authorize = NonNullable<Parameters<typeof Credentials>[0]["authorize"]>
    const user = { id: "1", name: "Ada" }

    async function submitTo(authorize: Authorize) {
      const seen: unknown[] = []
      const callbacks = { signIn: ({ credentials }: { credentials?: unknown }) => !!seen.push(credentials) }
      const { url } = await start({ providers: [Credentials({ authorize })], callbacks })
      const agent = new UserAgent()
      const fields = { csrfToken: await csrfOf(agent, url), username: "ada", password: "correct" }
      await agent.post(`${url}/auth/callback/credentials`, fields)
      expect((await sessionOf(agent, url))?.user.name).to.equal("Ada")
      expect(seen).to.deep.equal([fields])
      return fields
    }

    it("gets what was typed, as callbacks.signIn does", async () => {
      let typed: unknown
      const fields = await submitTo((credentials) => {
        typed = credentials
        return user
      })
      expect(typed).to.deep.equal(fields)
    })

    for (const [title, wrap] of [
      [
        "with a second parameter",
        (authorize: Authorize): Authorize =>
          (typed, sent) =>
            authorize(typed, sent),
      ],
      [
        "with rest parameters",
        (authorize: Authorize): Authorize =>
          (...all) =>
            authorize(...all),
      ],
    ] as const)
      it(`${title} gets a Request with the body`, async () => {
        let sent: unknown
        const read: Authorize = async (_credentials, request) => {
          expect(request).to.be.instanceOf(Request)
          sent = await request.json()
          return user
        }
        expect(await submitTo(wrap(read))).to.deep.equal(sent)
      })
  })

  it("takes a number for an id", async () => {
    const authorize = () => ({ id: 0 as unknown as string, name: "Zero" })
    const { url } = await start({ providers: [Credentials({ authorize })] })
    const agent = new UserAgent()
    await agent.post(`${url}/auth/callback/credentials`, { csrfToken: await csrfOf(agent, url) })
    expect((await sessionOf(agent, url))?.user.id).to.equal("0")
  })

  it("leaves nothing behind in core's config check: instances without a database work beside others", async () => {
    const email = {
      ...{ id: "email", name: "Email", type: "email" as const, from: "a@b.c" },
      sendVerificationRequest: () => {},
    }
    const other = await start({
      providers: [email, Credentials({ authorize: () => null })],
      adapter: createMemoryAdapter(),
    })
    const visitor = new UserAgent()
    const form = { csrfToken: await csrfOf(visitor, other.url), email: "ada@example.com" }
    await visitor.post(`${other.url}/auth/signin/email`, form)
    await visitor.post(`${other.url}/auth/callback/credentials`, form)
    const { url } = await start()
    const agent = new UserAgent()
    await signIn(agent, url)
    expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
    const bare = { providers: [], secret: "x", trustHost: true, basePath: "/auth" }
    const untouched = await Auth(new Request("http://localhost/auth/csrf"), bare)
    expect(untouched.status).to.equal(200)
  })

  it("accepts an adapter that is an instance of a class", async () => {
    const memory = createMemoryAdapter()
    class ClassAdapter {}
    for (const name of Object.keys(memory) as (keyof typeof memory)[]) {
      if (name === "rows") continue
      Object.defineProperty(ClassAdapter.prototype, name, {
        value(this: ClassAdapter, ...args: unknown[]) {
          expect(this).to.be.instanceOf(ClassAdapter)
          return (memory[name] as (...args: unknown[]) => unknown)(...args)
        },
      })
    }
    const { url } = await start({ adapter: new ClassAdapter() as object })
    const agent = new UserAgent()
    await signIn(agent, url)
    expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
    expect(memory.rows.sessions.size).to.equal(1)
  })
})
