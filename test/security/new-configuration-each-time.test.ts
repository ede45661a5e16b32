import { expect } from "chai"
import express, { type Request } from "express"
import { ExpressAuth, type ExpressAuthConfig, memoryLimiter, memoryRevocation } from "express-authjs"
import { configFor } from "../../lib/http/config-for.js"
import { useOnce } from "../../lib/limits/single-use.js"
import { useLogoutTokenOnce } from "../../lib/logout/logout-once.js"
import { captureLogs, type LogLine } from "../support/auth-apps.js"
import { credentialsConfig } from "../support/credentials-app.js"
import { createGuesser, times } from "../support/guesser.js"
import { type Listening, listen } from "../support/listen.js"
import { passwords } from "../support/passwords.js"

const ada = { username: "ada" }
const fakeRequest = () => ({ headers: { host: "app.example" } }) as Request

describe("S30: a configuration function with a new object each time", () => {
  const open: Listening[] = []
  afterEach(() => Promise.all(open.splice(0).map(({ close }) => close())))

  async function start(config: () => ExpressAuthConfig): Promise<string> {
    const app = express().use("/auth", ExpressAuth(config))
    const listening = await listen(app.set("env", "test"))
    open.push(listening)
    return listening.url
  }

  it("limits guesses as a fixed configuration does", async () => {
    const url = await start(() => credentialsConfig({ providers: [passwords()] }))
    const { guessAll } = await createGuesser(url)
    expect(await guessAll(times(13, ada))).to.deep.equal([...times(10, 401), ...times(3, 429)])
  })

  it("limits guesses though the adapter is new each time, too", async () => {
    const url = await start(() =>
      credentialsConfig({ providers: [passwords()], adapter: {}, session: { strategy: "jwt" } }),
    )
    const { guessAll } = await createGuesser(url)
    expect(await guessAll(times(13, ada))).to.deep.equal([...times(10, 401), ...times(3, 429)])
  })

  it("limits guesses though the function makes its own memoryLimiter() each time", async () => {
    const url = await start(() => credentialsConfig({ providers: [passwords()], limiter: memoryLimiter() }))
    const { guessAll } = await createGuesser(url)
    expect(await guessAll(times(13, ada))).to.deep.equal([...times(10, 401), ...times(3, 429)])
  })

  it("keeps sessions ended though the function makes its own memoryRevocation() each time", async () => {
    const choose = () => credentialsConfig({ revocation: memoryRevocation() })
    const [one, other] = [await configFor(choose, fakeRequest()), await configFor(choose, fakeRequest())]
    await one.revocation?.revoke(["sid:one"], new Date(Date.now() + 60_000))
    expect(await other.revocation?.isRevoked(["sid:one"], new Date())).to.equal(true)
  })

  it("lets a secret be used once", async () => {
    const choose = () => credentialsConfig()
    expect(await useOnce(await configFor(choose, fakeRequest()), "challenge", 60)).to.equal(true)
    expect(await useOnce(await configFor(choose, fakeRequest()), "challenge", 60)).to.equal(false)
  })

  it("lets a logout token be used once", async () => {
    const choose = () => credentialsConfig()
    const claims = { jti: "one", sub: "ada" }
    const use = async () => {
      const config = await configFor(choose, fakeRequest())
      await useLogoutTokenOnce(claims, { provider: "corp", config }, async () => {})
    }
    await use()
    expect(await use().catch(({ message }) => message)).to.include("already used")
  })

  it("gives each warning once", async () => {
    const logs: LogLine[] = []
    const url = await start(() => credentialsConfig({ logger: captureLogs(logs), secret: "short" }))
    for (const path of ["csrf", "session", "providers"]) await fetch(`${url}/auth/${path}`)
    expect(logs.map(({ text }) => text)).to.deep.equal(["weak-secret"])
  })
})
