import { expect } from "chai"
import fc from "fast-check"
import {
  providerSessionKeys,
  readProviderSession,
  toProviderSession,
} from "../../lib/session/provider-session.js"
import { beginSession, claimsOf } from "../../lib/session/session-claims.js"

const uuid = "5c4d8f0e-0b6f-4f0c-9c5e-1d2f3a4b5c6d"

describe("the provider's session", () => {
  it("is written as the provider's id and its sid", () => {
    expect(toProviderSession("keycloak", uuid)).to.equal(`keycloak:${uuid}`)
    expect(readProviderSession(`keycloak:${uuid}`)).to.deep.equal({ provider: "keycloak", sid: uuid })
    expect(providerSessionKeys(`keycloak:${uuid}`)).to.deep.equal([`idp:keycloak:${uuid}`])
  })

  it("has no key when the provider sends no sid", () => {
    for (const sid of [undefined, "", 7, null]) expect(toProviderSession("demo", sid)).to.equal("demo:")
    expect(readProviderSession("demo:")).to.deep.equal({ provider: "demo" })
    expect([providerSessionKeys("demo:"), providerSessionKeys(undefined)]).to.deep.equal([[], []])
  })

  it("is short and plain whatever the sid, and different for different ones", () => {
    const seen = new Map<string, string>()
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 300 }), (sid) => {
        const session = toProviderSession("a.b~c-d", sid)
        expect(session).to.match(/^a\.b~c-d:~?[\w-]{1,64}$/)
        expect(seen.get(session) ?? sid).to.equal(sid)
        seen.set(session, sid)
        expect(readProviderSession(session)?.provider).to.equal("a.b~c-d")
      }),
    )
  })

  it("does not hand out a shortened sid as the provider's own", () => {
    expect(readProviderSession(toProviderSession("demo", "x".repeat(65)))).to.deep.equal({ provider: "demo" })
  })

  for (const value of [undefined, null, 7, {}, "", "okta", ":x", "a b:c", "demo:a:b", "demo:a\n", "demo:a b"])
    it(`is not ${JSON.stringify(value)}`, () => {
      expect(readProviderSession(value)).to.equal(undefined)
      expect(claimsOf({ idp_session: value })).to.not.have.property("idp_session")
    })

  it("of a token is the sign-in's, never one a callback or an older session left there", () => {
    expect(beginSession({ idp_session: "evil:1" }, { methods: [] })).to.not.have.property("idp_session")
    expect(beginSession({ idp_session: "evil:1" }, { methods: [], providerSession: "demo:2" })).to.include({
      idp_session: "demo:2",
    })
  })
})
