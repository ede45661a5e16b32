import { inspect } from "node:util"
import type { Session } from "@auth/core/types"
import { expect } from "chai"
import { expressVersions } from "../support/listen.js"
import { claimsOfAda, day, json, now, secret, tokenOf, useSessionApps } from "../support/session-apps.js"

for (const [version, express] of expressVersions) {
  describe(`readSession on ${version}`, () => {
    const start = useSessionApps()
    const failing = {
      jwt: () => {
        throw new Error("the callback fails")
      },
    }

    it("answers with the session of a valid cookie", async () => {
      const app = await start({}, { express })
      const claims = claimsOfAda()
      const visitor = await app.visitor(tokenOf(claims))
      const expected = {
        user: { id: "ada", name: "Ada Lovelace", email: "ada@example.com", image: null },
        expires: new Date(claims.exp * 1000).toISOString(),
      }
      for (const path of ["/guarded", "/open", "/auth/session"]) {
        expect(json(await visitor.get(path)), path).to.deep.equal(expected)
      }
    })

    it("answers null, and 401 behind a guard, to a visitor without a cookie", async () => {
      const visitor = await (await start({}, { express })).visitor()
      expect(json(await visitor.get("/open"))).to.equal(null)
      expect(json(await visitor.get("/auth/session"))).to.equal(null)
      expect((await visitor.get("/guarded")).status).to.equal(401)
    })

    for (const path of ["/guarded", "/open", "/auth/session"]) {
      it(`hands a failing callback to next(err) as 503 at ${path}, and keeps the cookie`, async () => {
        const app = await start({ callbacks: failing }, { express })
        const visitor = await app.visitor(tokenOf(claimsOfAda()))
        const answer = await visitor.get(path)
        expect(answer.status).to.equal(503)
        expect(json(answer)).to.include({ code: "ERR_AUTH_SESSION" })
        expect(answer.setCookies).to.deep.equal([])
        expect(answer.body).not.to.include("the callback fails")
        expect(app.logs.errors.map(({ cause }) => cause)).to.have.lengthOf(1)
      })
    }

    it("lets getSession throw what failed", async () => {
      const app = await start(
        { callbacks: { session: failing.jwt } },
        {
          express,
          routes: (app, auth) => {
            app.get("/mine", (req, res) => {
              auth.getSession(req).catch((error) => res.json([error.code, error.status, error.cause.message]))
            })
          },
        },
      )
      const visitor = await app.visitor(tokenOf(claimsOfAda()))
      expect(json(await visitor.get("/mine"))).to.deep.equal(["ERR_AUTH_SESSION", 503, "the callback fails"])
    })
  })
}

describe("readSession", () => {
  const start = useSessionApps()

  it("calls the callbacks once for all guards and calls of one request", async () => {
    const calls: string[] = []
    const app = await start(
      {
        callbacks: {
          jwt: ({ token }) => {
            calls.push("jwt")
            return token
          },
          session: ({ session }) => {
            calls.push("session")
            return session
          },
        },
        events: { session: () => void calls.push("event") },
      },
      {
        routes: (app, auth) => {
          app.get("/often", auth.session(), auth.requireAuth(), auth.requireAuth(), async (req, res) => {
            const [a, b] = await Promise.all([auth.getSession(req), auth.getSession(req, res)])
            res.json(a === b && a === req.auth && a === res.locals.session)
          })
        },
      },
    )
    const visitor = await app.visitor(tokenOf(claimsOfAda()))
    expect(json(await visitor.get("/often"))).to.equal(true)
    expect(calls).to.deep.equal(["jwt", "session", "event"])
  })

  it("logs a failure once per request", async () => {
    const app = await start(
      { callbacks: { jwt: () => Promise.reject(new Error("down")) } },
      {
        routes: (app, auth) => {
          app.get("/twice", async (req, res) => {
            const both = await Promise.allSettled([auth.getSession(req), auth.getSession(req)])
            res.json(both.map(({ status }) => status))
          })
        },
      },
    )
    const visitor = await app.visitor(tokenOf(claimsOfAda()))
    expect(json(await visitor.get("/twice"))).to.deep.equal(["rejected", "rejected"])
    expect(app.logs.errors).to.have.lengthOf(1)
  })

  it("puts a renewed cookie on the response, beside the app's own", async () => {
    const app = await start(
      {},
      {
        routes: (app, auth) => {
          app.get("/mine", async (req, res) => {
            res.cookie("own", "1")
            await auth.getSession(req)
            res.cookie("late", "2").json(await auth.getSession(req))
          })
        },
      },
    )
    const visitor = await app.visitor(tokenOf(claimsOfAda(2 * day)))
    const answer = await visitor.get("/mine")
    const names = answer.setCookies.map((line) => line.split("=")[0])
    expect(names).to.have.members(["own", "late", "authjs.session-token"])
    expect((await visitor.claims())?.iat).to.be.closeTo(now(), 2)
  })

  it("sets no cookie once the response has started", async () => {
    const app = await start(
      {},
      {
        routes: (app, auth) => {
          app.get("/streamed", async (req, res) => {
            res.write("begun ")
            res.end((await auth.getSession(req))?.user.name)
          })
        },
      },
    )
    const visitor = await app.visitor(tokenOf(claimsOfAda(2 * day)))
    const answer = await visitor.get("/streamed")
    expect(answer.body).to.equal("begun Ada Lovelace")
    expect(answer.setCookies).to.deep.equal([])
  })

  it("S13: clears a cookie that was tampered with", async () => {
    const app = await start()
    const token = await tokenOf(claimsOfAda())
    const middle = token.length - 60
    const tampered = token.slice(0, middle) + (token[middle] === "A" ? "B" : "A") + token.slice(middle + 1)
    for (const broken of [tampered, token.slice(0, -1), "junk", `${token}${token}`]) {
      const visitor = await app.visitor(broken)
      const answer = await visitor.get("/guarded")
      expect(answer.status).to.equal(401)
      expect(await visitor.sealed(), "the cookie afterwards").to.equal(undefined)
    }
  })

  it("keeps a cookie that another deployment's key has sealed", async () => {
    const app = await start()
    const foreign = await tokenOf(claimsOfAda(), { with: "the secret of another, newer deployment" })
    const visitor = await app.visitor(foreign)
    expect((await visitor.get("/guarded")).status).to.equal(401)
    expect(await visitor.sealed()).to.equal(foreign)
  })

  for (const salt of ["authjs.state", "authjs.pkce.code_verifier", "authjs.nonce", "authjs.csrf-token"]) {
    it(`S5: does not take the content of ${salt} for a session`, async () => {
      const app = await start()
      const visitor = await app.visitor(tokenOf(claimsOfAda(), { salt }))
      expect((await visitor.get("/guarded")).status).to.equal(401)
    })
  }

  it("treats null from callbacks.session as signed out", async () => {
    const app = await start({ callbacks: { session: () => null as unknown as Session } })
    const visitor = await app.visitor(tokenOf(claimsOfAda()))
    expect((await visitor.get("/guarded")).status).to.equal(401)
    expect(await visitor.session()).to.equal(null)
  })

  for (const result of [
    undefined,
    "signed in",
    1,
    1n,
    [],
    {},
    { user: null },
    { user: "ada" },
    { error: "x" },
  ]) {
    it(`S1: takes ${inspect(result)} from callbacks.session for a mistake, which opens no door and ends no session`, async () => {
      const app = await start({ callbacks: { session: () => result as unknown as Session } })
      const visitor = await app.visitor(tokenOf(claimsOfAda()))
      const { status, setCookies } = await visitor.get("/guarded")
      expect({ status, setCookies }).to.deep.equal({ status: 503, setCookies: [] })
      expect(String(app.logs.errors[0]?.cause)).to.include("callbacks.session returned")
    })
  }

  it("gives a session that a callback made its `expires`", async () => {
    const claims = claimsOfAda()
    const expires = new Date(claims.exp * 1000).toISOString()
    for (const given of [{}, { expires: undefined }]) {
      const app = await start({
        callbacks: { session: () => ({ user: { name: "Made" }, ...given }) as unknown as Session },
      })
      const visitor = await app.visitor(tokenOf(claims))
      expect(await visitor.session()).to.deep.equal({ user: { name: "Made" }, expires })
    }
  })

  for (const cache of [undefined, false] as const) {
    it(`S24: shows no request what another did to its session (session.cache: ${cache})`, async () => {
      const app = await start(
        {
          session: cache === undefined ? {} : { cache },
          callbacks: { session: ({ session, token }) => ({ ...session, rights: token.rights }) },
        },
        {
          routes: (app, auth) => {
            app.get("/spoil", auth.requireAuth(), (req, res) => {
              req.auth.user.name = "Spoilt"
              const { rights } = req.auth as unknown as { rights: { list: string[] } }
              rights.list.push("everything")
              res.end()
            })
          },
        },
      )
      const token = tokenOf({ ...claimsOfAda(), rights: { list: ["reading"] } })
      const visitor = await app.visitor(token)
      for (const path of ["/guarded", "/spoil", "/guarded"]) await visitor.get(path)
      const seen = await visitor.session()
      expect(seen).to.deep.include({ rights: { list: ["reading"] } })
      expect(seen).to.have.nested.property("user.name", "Ada Lovelace")
    })
  }

  it("reads the cookies of HTTPS behind a proxy under their own name", async () => {
    const app = await start({ trustHost: true, secret: [secret] })
    const salt = "__Secure-authjs.session-token"
    const { agent } = await app.visitor()
    const cookie = `${salt}=${await tokenOf(claimsOfAda(), { salt })}`
    const proxied = { "x-forwarded-proto": "https", cookie }
    expect((await agent.get(`${app.url}/guarded`, proxied)).status).to.equal(200)
    expect((await agent.get(`${app.url}/guarded`, { cookie })).status).to.equal(401)
  })
})
