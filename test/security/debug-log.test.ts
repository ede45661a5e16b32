import { expect } from "chai"
import Credentials from "express-authjs/providers/credentials"
import { csrfOf, secret, sessionOf, signIn, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { createMailbox } from "../support/mailbox.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { startOAuthServer } from "../support/oauth-server.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"
import { wayBack } from "../support/way-back.js"

const password = "correct horse battery staple"

/** Remembers every value that must not be told: what it sends, gets, and is told of. */
class Witness extends UserAgent {
  readonly secrets = new Set<string>([secret, password])

  note(...values: unknown[]): void {
    for (const value of values) if (typeof value === "string" && value.length >= 8) this.secrets.add(value)
  }

  async observe(visit: Visit): Promise<Visit> {
    for (const line of visit.setCookies) this.note(decodeURIComponent(/^[^=]+=([^;]*)/.exec(line)?.[1] ?? ""))
    const target = redirectTarget(visit)
    const isOurPage = target === undefined || /\/auth\/(?:signin|error)/.test(target)
    const params = isOurPage ? new URLSearchParams() : new URL(target).searchParams
    for (const name of ["code", "state", "nonce", "token", "code_challenge"]) this.note(params.get(name))
    for (const [, value] of visit.body.matchAll(/name="(?:csrfToken|token)" value="([^"]+)"/g))
      this.note(value)
    return visit
  }

  override async get(url: string, headers?: Record<string, string>) {
    return this.observe(await super.get(url, headers))
  }

  override async submit(...args: Parameters<UserAgent["submit"]>) {
    return this.observe(await super.submit(...args))
  }

  override async post(...args: Parameters<UserAgent["post"]>) {
    return this.observe(await super.post(...args))
  }

  override async follow(...args: Parameters<UserAgent["follow"]>) {
    return this.observe(await super.follow(...args))
  }
}

describe("S11: the debug log", () => {
  const { start, demo, idp, keep } = useAuthApps()
  const methods = ["log", "error", "warn", "info", "debug"] as const
  const original = Object.fromEntries(methods.map((name) => [name, console[name]]))
  let lines: string[]

  beforeEach(() => {
    lines = []
    for (const name of methods)
      console[name] = (...args: unknown[]) => void lines.push(args.map((arg) => inspectAll(arg)).join(" "))
  })
  afterEach(() => {
    Object.assign(console, original)
  })

  /** On the console, since a logger of the app's own is told whole errors. */
  const debugging = { debug: true, logger: {} }

  function expectNothingTold(agent: Witness, atLeast = 1) {
    Object.assign(console, original)
    expect(lines.length, "nothing was logged at all").to.be.at.least(atLeast)
    expect(agent.secrets.size).to.be.above(4)
    const text = lines.join("\n")
    for (const value of agent.secrets) expect(text, `told ${value}`).to.not.include(value)
  }

  for (const strategy of ["jwt", "database"] as const)
    it(`tells nothing of a whole stay: in through a provider, update, out (${strategy})`, async () => {
      const agent = new Witness()
      const { url } = await start({
        ...debugging,
        ...{ adapter: createMemoryAdapter(), session: { strategy } },
        providers: [demo({ checks: ["pkce", "state", "nonce"] })],
        events: {
          signIn: ({ account }) =>
            agent.note(account?.access_token, account?.id_token, account?.refresh_token),
        },
      })
      agent.note(idp().clientSecret)
      await signIn(agent, url)
      expect(await sessionOf(agent, url)).to.not.equal(null)
      await agent.post(`${url}/auth/session`, { csrfToken: await csrfOf(agent, url), data: password })
      await agent.submit(await agent.get(`${url}/auth/signout`))
      expectNothingTold(agent)
    })

  it("tells nothing of sign-ins at a provider that fail", async () => {
    const agent = new Witness()
    const plain = await startOAuthServer()
    keep(plain)
    const providers = [demo(), plain.provider]
    const { url } = await start({ ...debugging, adapter: createMemoryAdapter(), providers })
    agent.note("the-access-token", "the-code", "client-secret")
    await agent.followAll(await signInAtProvider(agent, await startSignIn(agent, url), { cancel: true }))
    const back = new URL(await wayBack(agent, url))
    await agent.get(back.href.replace("code=", "code=x"))
    await agent.get(back.href)
    plain.answers.userinfo = null
    await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
    plain.answers.token = { status: 200, body: { error: "bad", access_token: "the-access-token" } }
    await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
    plain.answers.token = { status: 500, body: { access_token: "the-access-token" } }
    await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
    expectNothingTold(agent, 3)
  })

  it("tells nothing of passwords, right, wrong or where authorize() throws", async () => {
    const agent = new Witness()
    const authorize = ({ username }: { username?: unknown }) => {
      if (username === "broken") throw new Error("The directory is down")
      return username === "ada" ? { id: "1" } : null
    }
    const provider = Credentials({ credentials: { username: {}, password: {} }, authorize })
    const { url } = await start({ ...debugging, providers: [provider] })
    for (const username of ["ada", "unknown", "broken"]) {
      const page = await agent.get(`${url}/auth/signin`)
      await agent.followAll(await agent.submit(page, { fields: { username, password } }))
    }
    await agent.post(`${url}/auth/callback/credentials`, {
      csrfToken: "wrong-token",
      username: "ada",
      password,
    })
    expectNothingTold(agent)
  })

  it("tells nothing of mailed links, sent, unsent, used and used again", async () => {
    const agent = new Witness()
    const mailbox = createMailbox()
    const adapter = createMemoryAdapter()
    const { url } = await start({ ...debugging, adapter, providers: [mailbox.provider] })
    const ask = async () =>
      agent.submit(await agent.get(`${url}/auth/signin`), { fields: { email: "ada@example.com" } })
    await ask()
    agent.note(mailbox.mails[0]?.token, ...[...adapter.rows.tokens.values()].map(({ token }) => token))
    for (let n = 0; n < 2; n++) await agent.followAll(await agent.submit(await agent.get(mailbox.link())))
    adapter.createVerificationToken = async () => {
      throw new Error("disk full")
    }
    await ask()
    expectNothingTold(agent)
  })
})

/** As `console` would print it, and deeper. */
function inspectAll(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value))
}
