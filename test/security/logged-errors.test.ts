import { inspect } from "node:util"
import { DrizzleAdapter } from "@auth/drizzle-adapter"
import PostgresAdapter from "@auth/pg-adapter"
import { expect } from "chai"
import { drizzle } from "drizzle-orm/node-postgres"
import { type ExpressAuthConfig, memoryLimiter } from "express-authjs"
import pg from "pg"
import { drizzleAdapterSchema, pgAdapterSchema } from "../database/foreign-schemas.js"
import { postgres } from "../database/servers.js"
import { signIn, useAuthApps } from "../support/auth-apps.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { type OAuthAnswers, startOAuthServer } from "../support/oauth-server.js"
import { UserAgent } from "../support/user-agent.js"
import { callbackOf } from "../support/way-back.js"

const officialAdapters = {
  "@auth/pg-adapter": {
    schema: pgAdapterSchema,
    tables: ["accounts", "sessions"],
    toAdapter: (pool: pg.Pool) => PostgresAdapter(pool),
  },
  "@auth/drizzle-adapter": {
    schema: drizzleAdapterSchema,
    tables: ["account", "session"],
    toAdapter: (pool: pg.Pool) => DrizzleAdapter(drizzle(pool)),
  },
}

describe("S11: errors that a logger of the app's own is given", () => {
  const { start, keep, demo } = useAuthApps()
  const closing: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })
  const access_token = "SECRET-ACCESS-TOKEN"

  async function logOf(kind: "provider" | "openId", answers: Partial<OAuthAnswers>) {
    const server = await startOAuthServer()
    keep(server)
    const { url, logs } = await start({ providers: [server[kind] as ExpressAuthConfig["providers"][number]] })
    Object.assign(server.answers, answers)
    await signIn(new UserAgent(), url, { provider: "plain" })
    expect(logs.filter(({ level }) => level === "error")).to.have.length(1)
    return inspect(logs, { depth: 20, showHidden: true })
  }

  for (const [what, body] of [
    ["an unknown token type", { access_token, token_type: "mac" }],
    ["no access token", { refresh_token: access_token, token_type: "bearer" }],
    ["an end that is no number", { access_token, token_type: "bearer", expires_in: "soon" }],
    ["a scope that is no text", { access_token, token_type: "bearer", scope: { a: 1 } }],
  ] as const)
    it(`hold no token: ${what}`, async () => {
      const text = await logOf("provider", { token: { status: 200, body } })
      expect(text).to.include("token_type").and.not.include("SECRET")
    })

  it("hold no malformed id_token", async () => {
    const id_token = "SECRET.SECRET.SECRET"
    const body = { access_token, token_type: "bearer", id_token }
    const text = await logOf("openId", {
      faults: { token: { status: 200, text: JSON.stringify(body) } },
    })
    expect(text).not.to.include("SECRET")
    expect(text.replaceAll(/[^A-Z]/g, "")).not.to.include("SECRET")
  })

  for (const [name, { schema, toAdapter, tables }] of Object.entries(officialAdapters))
    for (const table of tables)
      it(`hold no token of a row that PostgreSQL refuses: ${name}, table ${table}`, async function () {
        if (!postgres) this.skip()
        const { url, query, drop } = await postgres()
        await query(`${schema}; alter table ${table} add column missing text not null`)
        const pool = new pg.Pool({ connectionString: url }).on("error", () => {})
        closing.push(() => pool.end().then(drop))
        const server = await startOAuthServer()
        keep(server)
        server.answers.token = {
          status: 200,
          body: { access_token, refresh_token: "SECRET-REFRESH-TOKEN", token_type: "bearer" },
        }
        const app = await start({
          adapter: toAdapter(pool),
          providers: [server.provider],
          limiter: memoryLimiter(),
          session: { generateSessionToken: () => "SECRET-SESSION-TOKEN" },
        })
        const answer = await signIn(new UserAgent(), app.url, { provider: "plain" })
        expect(answer.headers.get("location")).to.include("/auth/error?error=Unavailable")
        expect(inspect(app.logs, { depth: 20, showHidden: true }))
          .to.match(/violates not-null constraint/)
          .and.not.include("SECRET")
      })

  for (const reads of [0, 1, 2, 3])
    it(`hold no session token that a query of a link fails with, after ${reads} others`, async () => {
      const server = await startOAuthServer()
      keep(server)
      const adapter = createMemoryAdapter()
      const find = adapter.getSessionAndUser
      let left = Number.POSITIVE_INFINITY
      adapter.getSessionAndUser = async (token) => {
        if (left-- > 0) return find(token)
        throw Object.assign(new Error(`Failed query: select; params: ${token}`), { params: [token] })
      }
      const app = await start(
        {
          adapter,
          providers: [demo(), server.provider],
          session: { strategy: "database", generateSessionToken: () => "SECRET-SESSION-TOKEN" },
        },
        { routes: (routes, auth) => routes.post("/link", (req, res) => auth.linkAccount(req, res, "plain")) },
      )
      const agent = new UserAgent()
      await signIn(agent, app.url)
      const back = await callbackOf(agent, await agent.post(`${app.url}/link`, {}))
      left = reads
      await agent.get(back)
      expect(inspect(app.logs, { depth: 20, showHidden: true }))
        .to.include("Failed query")
        .and.not.include("SECRET")
    })

  it("hold no claims of an id_token that is refused", async () => {
    const text = await logOf("openId", { claims: { aud: "SECRET-AUDIENCE", email: "SECRET@example.com" } })
    expect(text).to.include("aud").and.not.include("SECRET")
  })
})
