import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { signIn, useAuthApps } from "../support/auth-apps.js"
import { readForm, textOf } from "../support/html-form.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { UserAgent } from "../support/user-agent.js"

const again = "error=SessionRequired&code=reauthenticate"

describe("a visitor who is signed in", () => {
  const { start, demo } = useAuthApps()

  async function signedIn(config: Partial<ExpressAuthConfig> = {}) {
    const app = await start(config)
    const agent = new UserAgent()
    await signIn(agent, app.url)
    return { ...app, agent }
  }

  it("is told as whom by the sign-in page, and can go on, sign out or switch", async () => {
    const { url, agent } = await signedIn()
    const page = await agent.get(`${url}/auth/signin?callbackUrl=/orders`)
    const text = textOf(page.body)
    expect(text).to.include("You are signed in").and.include("Ada Lovelace")
    expect(text).to.include("or use another account").and.include("Continue with Demo")
    expect(page.body).to.include(`<a class="primary" href="${url}/orders">Continue</a>`)
    expect(page.body).to.include(
      `/auth/signout?callbackUrl=${encodeURIComponent(`${url}/orders`)}">Sign out</a>`,
    )
    expect(page.body).to.not.include("autofocus")
  })

  it("is not asked to sign in any more after doing so in another tab", async () => {
    const { url, agent } = await signedIn()
    const page = await agent.get(`${url}/auth/signin?error=SessionRequired&callbackUrl=/orders`)
    expect(textOf(page.body)).to.include("You are signed in").and.not.include("Sign in to continue.")
  })

  it("is named when it has to be confirmed that it is still them, and can use another account", async () => {
    const { url, agent } = await signedIn()
    const page = await agent.get(`${url}/auth/signin?${again}&callbackUrl=/vault`)
    expect(textOf(page.body)).to.include("Confirm that it is you").and.include("as Ada Lovelace")
    expect(page.body).to.include(`/auth/signout?callbackUrl=${encodeURIComponent(`${url}/vault`)}">`)
    expect(page.body).to.include('role="status"').and.not.include(">Continue</a>")
    expect(readForm(page, { button: /Demo/ }).action).to.include("prompt=login")
  })

  it("is offered their own ways alone to confirm it, where the adapter knows them", async () => {
    const memory = createMemoryAdapter()
    const listed: string[] = []
    const adapter = {
      ...memory,
      listAccounts: async (id: string) => {
        listed.push(id)
        return [...memory.rows.accounts.values()].filter(({ userId }) => userId === id)
      },
    }
    const other = demo({ id: "other", name: "Other" })
    const { url, agent } = await signedIn({ adapter, providers: [demo(), other] })
    expect(textOf((await agent.get(`${url}/auth/signin`)).body)).to.include("Other")
    const page = textOf((await agent.get(`${url}/auth/signin?${again}`)).body)
    expect(page).to.include("Continue with Demo").and.not.include("Other")
    expect(listed).to.have.length(1)
    adapter.listAccounts = () => Promise.reject(new Error("connection lost"))
    const all = textOf((await agent.get(`${url}/auth/signin?${again}`)).body)
    expect(all).to.include("Continue with Demo").and.include("Other")
  })

  it("sees the sign-in page although the session cannot be read", async () => {
    const session = () => {
      throw new Error("broken")
    }
    const { url, agent } = await signedIn({ callbacks: { session } })
    const page = await agent.get(`${url}/auth/signin`)
    expect([page.status, textOf(page.body).includes("Continue with Demo")]).to.deep.equal([200, true])
  })
})

describe("pages that lead on", () => {
  const { start } = useAuthApps()

  it("sign-out while signed out: to the sign-in page and back", async () => {
    const { url } = await start()
    const page = await new UserAgent().get(`${url}/auth/signout?callbackUrl=/orders`)
    expect(textOf(page.body)).to.include("You are signed out")
    const destination = encodeURIComponent(`${url}/orders`)
    expect(page.body).to.include(`href="/auth/signin?callbackUrl=${destination}"`)
    expect(page.body).to.include(`href="${url}/orders"`).and.not.include("<form")
  })

  it("an error: to the home page, and with a valid destination to that", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/error?error=Verification&callbackUrl=/orders`)
    expect(page.body).to.include(`href="/auth/signin?callbackUrl=${encodeURIComponent(`${url}/orders`)}"`)
    expect(page.body).to.include('<a href="/">Home page</a>')
    const evil = await agent.get(`${url}/auth/error?error=Verification&callbackUrl=https://evil.example/`)
    expect(evil.body).to.not.include("evil.example")
  })
})
