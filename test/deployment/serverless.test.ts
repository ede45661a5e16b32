import { readdir, readFile } from "node:fs/promises"
import { expect } from "chai"
import type { Express } from "express"
import { database, migrate } from "express-authjs/database"
import { postgres, type TestDatabase } from "../database/servers.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent } from "../support/user-agent.js"
import { events, type Gateway, type LambdaHandler, startGateway, startVercel } from "./function-gateway.js"

const origin = "https://example.com"
const folder = new URL("../../examples/serverless/", import.meta.url)

describe("the files of the serverless guide", () => {
  it("are shown as they are", async () => {
    const guide = await readFile(new URL("../../docs/guides/serverless.md", import.meta.url), "utf8")
    for (const name of await readdir(folder))
      expect(guide.includes(`\n${await readFile(new URL(name, folder), "utf8")}\`\`\``), name).to.equal(true)
  })
})

const createDatabase = postgres
if (createDatabase)
  describe("the app of the serverless guide", () => {
    let db: TestDatabase
    let provider: OpenIdProvider
    let app: Express
    let gateway: Gateway

    before(async () => {
      db = await createDatabase()
      provider = await startOpenIdProvider({ redirectUris: [`${origin}/auth/callback/sso`] })
      app = await importApp(db.url, provider)
      app.get("/ip", ({ ip }, res) => res.send(ip))
    })
    after(async () => {
      await provider.close()
      await db.drop()
    })
    afterEach(() => gateway.close())

    /** Signs in from the first page, and out. Every request is one call of the function. */
    async function use(): Promise<void> {
      const agent = new UserAgent({ via: gateway })
      const page = await agent.followAll(await agent.get(`${origin}/?a=%2F&a=b+c`))
      expect(page.url).to.match(/^https:\/\/example\.com\/auth\/signin\?/)
      for (const [asset] of page.body.matchAll(/\/auth\/assets\/[^"]+/g))
        expect((await agent.get(origin + asset)).status).to.equal(200)
      const leaving = await agent.submit(page, { button: /Company account/ })
      const back = await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
      expect(back.setCookies, "several cookies in one response").to.have.lengthOf.above(1)
      const home = await agent.followAll(back)
      expect(home.body).to.equal("Hello Ada Lovelace")
      expect(new URL(home.url).searchParams.getAll("a"), home.url).to.deep.equal(["/", "b c"])
      await agent.submit(await agent.get(`${origin}/auth/signout`))
      expect((await agent.get(`${origin}/`)).status).to.equal(302)
    }

    for (const [name, toEvent] of Object.entries(events))
      it(`signs users in and out behind ${name}, and sees their address`, async () => {
        const file = name === "Netlify" ? "netlify.js" : "lambda.js"
        const { handler }: { handler: LambdaHandler } = await import(new URL(file, folder).href)
        gateway = await startGateway(toEvent, handler)
        await use()
        const agent = new UserAgent({ via: gateway })
        expect((await agent.get(`${origin}/ip`)).body).to.equal("203.0.113.7")
      })

    it("signs users in and out as a function of Vercel", async () => {
      gateway = await startVercel(app)
      await use()
    })
  })

/** A module is evaluated once, so all tests have one app. */
async function importApp(url: string, { issuer, clientId, clientSecret }: OpenIdProvider): Promise<Express> {
  const before = { ...process.env }
  Object.assign(process.env, {
    ...{ NODE_ENV: "production", AUTH_SECRET: "s".repeat(33), AUTH_URL: origin, AUTH_DATABASE_URL: url },
    ...{ AUTH_SSO_ISSUER: issuer, AUTH_SSO_ID: clientId, AUTH_SSO_SECRET: clientSecret },
  })
  try {
    const adapter = database()
    await migrate(adapter)
    await adapter.close()
    return (await import(new URL("app.js", folder).href)).default
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  }
}
