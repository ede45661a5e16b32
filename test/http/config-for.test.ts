import { expect } from "chai"
import type { Request } from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import request from "supertest"
import { checkConfig, configFor, mountOf } from "../../lib/http/config-for.js"
import { configErrorOf } from "../support/config-error.js"
import { credentialsConfig } from "../support/credentials-app.js"
import { expressVersions } from "../support/listen.js"

describe("configFor", () => {
  const req = () => ({ headers: {} }) as Request

  it("resolves a fixed configuration at once, and once", () => {
    const config = credentialsConfig()
    expect(configFor(config, req())).to.equal(configFor(config, req()))
  })

  it("asks a function once for each request", async () => {
    let calls = 0
    const choose = () => {
      calls++
      return credentialsConfig()
    }
    const [one, two] = [req(), req()]
    expect(await configFor(choose, one)).to.equal(await configFor(choose, one))
    expect(await configFor(choose, one)).not.to.equal(await configFor(choose, two))
    expect(calls).to.equal(2)
  })

  it("rejects where the function throws, and where its configuration cannot work", async () => {
    const failing = () => {
      throw new Error("no tenant")
    }
    const wrong = () => ({ providers: [], provider: 1 }) as ExpressAuthConfig
    expect(await Promise.resolve(configFor(failing, req())).catch(String)).to.equal("Error: no tenant")
    expect(await Promise.resolve(configFor(wrong, req())).catch(String)).to.include(
      'Did you mean "providers"?',
    )
  })
})

describe("checkConfig", () => {
  it("finds faults of a fixed configuration, and calls no function", () => {
    expect(configErrorOf(() => checkConfig({} as ExpressAuthConfig, "ExpressAuth"))).to.include(
      "`providers` must be an array",
    )
    expect(() =>
      checkConfig(() => {
        throw new Error("called")
      }, "ExpressAuth"),
    ).not.to.throw()
  })
})

describe("mountOf", () => {
  it("is one for each configuration", () => {
    const config = credentialsConfig()
    expect(mountOf(config)).to.equal(mountOf(config))
    expect(mountOf(credentialsConfig())).not.to.equal(mountOf(config))
  })
})

for (const [version, express] of expressVersions) {
  describe(`a configuration per request on ${version}`, () => {
    const tenants: Record<string, ExpressAuthConfig> = {
      "a.example": credentialsConfig({ cookiePrefix: "a", theme: { brandColor: "#aa0000" } }),
      "b.example": credentialsConfig({ cookiePrefix: "b" }),
    }

    function start() {
      const auth = ExpressAuth(
        async ({ hostname }) => tenants[hostname] ?? Promise.reject(new Error("no tenant")),
      )
      const app = express()
      app.set("env", "test")
      return app.use("/auth", auth).get("/page", auth.requireAuth(), (_req, res) => void res.send("the page"))
    }

    it("chooses by the request", async () => {
      for (const [host, prefix] of [
        ["a.example", "a"],
        ["b.example", "b"],
      ] as const) {
        const { headers } = await request(start()).get("/auth/csrf").set("host", host).expect(200)
        expect(headers["set-cookie"]?.[0]).to.match(new RegExp(`^${prefix}\\.csrf-token=`))
      }
    })

    it("S1 refuses every request when the function returns no configuration", async () => {
      for (const path of ["/page", "/auth/session", "/auth/signin"])
        expect((await request(start()).get(path).set("host", "c.example")).status, path).to.equal(500)
    })

    it("does not read one tenant's session for another", async () => {
      const app = start()
      const { body, headers } = await request(app).get("/auth/csrf").set("host", "a.example")
      const cookie = String(headers["set-cookie"]?.[0]).split(";")[0] ?? ""
      const signedIn = await request(app)
        .post("/auth/callback/credentials")
        .set({ host: "a.example", cookie })
        .type("form")
        .send({ csrfToken: body.csrfToken, name: "Ada" })
        .expect(302)
      const session = [signedIn.headers["set-cookie"] ?? []]
        .flat()
        .find((line) => line.startsWith("a.session-token="))
      const token = session?.split(";")[0]?.split("=")[1]
      const asked = (host: string, name: string) =>
        request(app)
          .get("/page")
          .set({ host, cookie: `${name}.session-token=${token}`, accept: "application/json" })
      await asked("a.example", "a").expect(200)
      await asked("b.example", "a").expect(401)
      await asked("b.example", "b").expect(401)
    })
  })
}
