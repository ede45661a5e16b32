import { mock } from "node:test"
import { expect } from "chai"
import { ProcessMemory } from "../../lib/config/process-memory.js"
import { signInCookieName } from "../../lib/session/session-cookie.js"
import type { SessionContext } from "../../lib/session/session-reading.js"
import { openSignIn, sealSignIn } from "../../lib/session/sign-in-cookie.js"

const text = '{"time":1,"methods":["credentials"]}'
const minute = 60_000

describe("the companion cookie of a session", () => {
  beforeEach(() => mock.timers.enable({ apis: ["Date"], now: Date.now() }))
  afterEach(() => mock.timers.reset())

  for (const cache of [1000, false] as const) {
    describe(`with session.cache ${cache}`, () => {
      it("is read again and again beside its session", () => {
        const { context, cookie } = sealed({ cache })
        for (let i = 0; i < 3; i++) expect(openSignIn(context(cookie), "the token")).to.equal(text)
      })

      it("says nothing beside another session, read before or not", () => {
        const { context, cookie } = sealed({ cache })
        expect(openSignIn(context(cookie), "another")).to.equal(undefined)
        expect(openSignIn(context(cookie), "the token")).to.equal(text)
        expect(openSignIn(context(cookie), "another")).to.equal(undefined)
      })

      it("says nothing to other secrets of the same source, read before or not", () => {
        const { context, cookie } = sealed({ cache })
        expect(openSignIn(context(cookie), "the token")).to.equal(text)
        expect(openSignIn(context(cookie, ["other secret"]), "the token")).to.equal(undefined)
        expect(openSignIn(context(cookie), "the token")).to.equal(text)
      })

      it("says nothing under another cookie's name, read before or not", () => {
        const { context, cookie } = sealed({ cache })
        expect(openSignIn(context(cookie), "the token")).to.equal(text)
        expect(openSignIn(context(cookie, undefined, "other"), "the token")).to.equal(undefined)
      })

      it("ends when it expires, read before or not", () => {
        const { context, cookie } = sealed({ cache })
        expect(openSignIn(context(cookie), "the token")).to.equal(text)
        mock.timers.tick(2 * minute)
        expect(openSignIn(context(cookie), "the token")).to.equal(undefined)
      })

      it("says nothing once a character of it was changed", () => {
        const { context, cookie } = sealed({ cache })
        expect(openSignIn(context(cookie), "the token")).to.equal(text)
        const changed = cookie.slice(0, -1) + (cookie.endsWith("A") ? "Q" : "A")
        expect(openSignIn(context(changed), "the token")).to.equal(undefined)
      })
    })
  }
})

describe("signInCookieName", () => {
  for (const [session, companion] of [
    ["authjs.session-token", "authjs.sign-in"],
    ["__Secure-authjs.session-token", "__Secure-authjs.sign-in"],
    ["shop.session-token", "shop.sign-in"],
    ["__Host-sid", "__Host-sign-in.sid"],
    ["sid", "sign-in.sid"],
    ["s", "auth-sign-in.s"],
    ["__Secure-sign-in", "__Secure-auth-sign-in.sign-in"],
    [".session-token", "sign-in..session-token"],
  ] as const)
    it(`is ${companion} beside ${session}, which @auth/core does not take for a chunk of it`, () => {
      const name = signInCookieName({ name: session })
      expect(name).to.equal(companion)
      expect(name.startsWith(session)).to.equal(false)
    })
})

/** A companion cookie that lives a minute, and the requests that bring it back. */
function sealed({ cache }: { cache: number | false }) {
  const memory = new ProcessMemory()
  const own = ["a secret"]
  const context = (cookie = "", secrets = own, name = "session") =>
    ({
      req: { headers: { cookie: `${name}=x; ${signInCookieName({ name })}=${cookie}` } },
      config: { memory, secrets, session: { cache } },
      cookies: { sessionToken: { name, options: {} } },
    }) as unknown as SessionContext
  const row = { sessionToken: "the token", expires: new Date(Date.now() + minute) }
  return { context, cookie: sealSignIn(context(), row, { text, remembered: true }).value }
}
