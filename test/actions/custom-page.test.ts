import { expect } from "chai"
import { useAuthApps } from "../support/auth-apps.js"
import { expressVersions } from "../support/listen.js"
import { UserAgent } from "../support/user-agent.js"

for (const [version, app] of expressVersions)
  describe(`pages of the app's own at the addresses of ours, on ${version}`, () => {
    const { start } = useAuthApps()
    const pages = {
      signIn: "/auth/signin",
      signOut: "/auth/signout/",
      error: "/auth/error",
      verifyRequest: "/auth/verify-request",
    }
    const paths = [
      "signin",
      "signin?callbackUrl=%2Fx",
      "signout",
      "error?error=Verification",
      "verify-request",
    ]

    it("are ours where the app has none before the mount, never a redirect to themselves", async () => {
      const { url, logs } = await start({ pages }, { express: app })
      const agent = new UserAgent()
      for (const path of paths) {
        const { status, headers } = await agent.get(`${url}/auth/${path}`)
        expect([status, headers.has("location")], path).to.deep.equal([
          path.startsWith("error") ? 400 : 200,
          false,
        ])
      }
      expect(logs.map(({ text }) => text)).to.deep.equal(["pages", "pages", "pages", "pages"])
    })

    it("are the app's where it has them before the mount", async () => {
      const before = (server: import("express").Express) =>
        server.get(["/auth/signin", "/auth/signout", "/auth/error", "/auth/verify-request"], (req, res) => {
          res.send(`mine: ${req.path}`)
        })
      const { url } = await start({ pages }, { express: app, before })
      for (const path of paths)
        expect((await new UserAgent().get(`${url}/auth/${path}`)).body).to.match(/^mine/)
    })
  })

describe("an error page that fails", () => {
  const { start } = useAuthApps()
  const redirect = () => {
    throw new Error("The database is down")
  }

  for (const pages of [{ error: "/auth/signin" }, { error: "/auth/signout" }, { error: "/auth/error" }, {}])
    it(`answers, and never redirects to itself: ${JSON.stringify(pages)}`, async () => {
      const { url, logs } = await start({ pages, callbacks: { redirect } })
      const agent = new UserAgent()
      for (const path of ["signin", "signout", "error?error=Configuration"]) {
        const page = await agent.followAll(await agent.get(`${url}/auth/${path}`))
        expect(page.status, path).to.equal(500)
        expect(page.body, path).to.include("Sign-in is not working")
      }
      expect(logs.some(({ text }) => text.includes("The database is down"))).to.equal(true)
    })
})
