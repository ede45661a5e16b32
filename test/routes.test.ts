import { expect } from "chai"
import { ExpressAuth } from "express-authjs"
import request from "supertest"
import { findRoute } from "../lib/routes.js"
import { credentialsConfig, signInByName } from "./support/credentials-app.js"
import { expressVersions } from "./support/listen.js"

describe("findRoute", () => {
  it("knows the actions of Auth.js, and nothing else", () => {
    const ours = [
      "",
      "/signin",
      "/signin/github",
      "/callback/github",
      "/signout",
      "/signout/callback",
      "/session",
      "/csrf",
      "/providers",
      "/error",
      "/verify-request",
      "/webauthn-options/passkey",
      "/confirm-form/AAAAAAAAAAAAAAAA",
      "/assets/style.css",
    ]
    for (const tail of ours) expect(findRoute(tail, "GET"), tail).to.be.a("function")
    expect(findRoute("/backchannel-logout/github", "POST")).to.be.a("function")
    expect(findRoute("", "POST")).to.equal(undefined)
    const foreign = [
      "/",
      "signin",
      "//signin",
      "/signin/",
      "/signin/a/b",
      "/callback",
      "/session/x",
      "/nothing",
      "/constructor",
      "/__proto__",
      "/toString/x",
      "/signin%2Fgithub",
      "/SIGNIN",
    ]
    for (const tail of foreign) expect(findRoute(tail, "GET"), tail).to.equal(undefined)
  })
})

for (const [version, express] of expressVersions) {
  describe(`the routes on ${version}`, () => {
    function start() {
      return express().use("/auth", ExpressAuth(credentialsConfig()))
    }

    it("answer 405 with Allow to a method they do not serve", async () => {
      const app = start()
      for (const path of ["/csrf", "/providers", "/error"])
        expect((await request(app).post(`/auth${path}`).expect(405)).headers.allow).to.equal("GET, HEAD")
      for (const path of [
        "/signin",
        "/signin/credentials",
        "/signout",
        "/session",
        "/verify-request",
        "/callback/credentials",
      ]) {
        const { headers } = await request(app).put(`/auth${path}`).expect(405)
        expect(headers.allow).to.equal("GET, HEAD, POST")
        await request(app).delete(`/auth${path}`).expect(405)
      }
      await request(app).put("/auth/nothing").expect(404)
    })

    it("lead from the mount itself to the sign-in page, on GET and HEAD", async () => {
      for (const path of ["/auth", "/auth/", "/auth?x=y"]) {
        const { headers } = await request(start()).get(path).expect(302)
        expect(headers.location).to.equal("/auth/signin")
        await request(start()).head(path).expect(302)
      }
      const own = { pages: { signIn: "/login" } }
      const app = express().use("/auth", ExpressAuth(credentialsConfig(own)))
      expect((await request(app).get("/auth").expect(302)).headers.location).to.equal("/login")
      await request(app).post("/auth").expect(404)
    })

    it("leave the mount itself to an app whose route comes first", async () => {
      const app = express()
      app.get("/auth", (_req, res) => void res.send("mine"))
      app.use("/auth", ExpressAuth(credentialsConfig()))
      expect((await request(app).get("/auth").expect(200)).text).to.equal("mine")
    })

    it("answer HEAD like GET, without a body", async () => {
      const app = start()
      for (const path of ["/signin", "/signout", "/session", "/csrf", "/providers", "/verify-request"]) {
        const get = await request(app).get(`/auth${path}`)
        const head = await request(app).head(`/auth${path}`).expect(get.status)
        expect(head.headers["content-type"], path).to.equal(get.headers["content-type"])
        expect(head.text ?? "").to.equal("")
      }
    })

    it("do nothing on HEAD where GET uses something up", async () => {
      const { headers } = await request(start()).head("/auth/callback/credentials?code=x&state=y").expect(200)
      expect(headers).not.to.have.property("set-cookie")
    })

    it("sign no user out on GET or HEAD", async () => {
      const app = start()
      const agent = await signInByName(app, "/auth")
      await agent.get("/auth/signout").expect(200)
      await agent.head("/auth/signout").expect(200)
      expect((await agent.get("/auth/session")).body.user).to.include({ name: "Ada" })
    })

    it("answer 404 for a provider there is not", async () => {
      const { body } = await request(start()).get("/auth/signin/unknown").expect(404)
      expect(body).to.include({ code: "ERR_AUTH_UNKNOWN_PROVIDER" })
    })
  })
}
