import { expect } from "chai"
import { toProviderSession } from "../../lib/session/provider-session.js"
import { readSignInText, recordSignIn, toSignInText } from "../../lib/session/sign-in-record.js"

const noTenant = { tenant: undefined }

describe("the record of a sign-in", () => {
  it("survives serialization unchanged", () => {
    for (const facts of [
      { methods: ["oidc", "proven"], providerSession: toProviderSession("a.b", "ü") },
      { methods: [], remembered: false },
      { methods: ["webauthn"], remembered: true },
    ]) {
      const before = Date.now()
      const record = recordSignIn(facts, noTenant)
      expect(readSignInText(toSignInText(record))).to.deep.equal(record)
      expect(record.startedAt.getTime()).to.be.within(before, Date.now())
    }
  })

  it("names the tenant", () => {
    const record = recordSignIn({ methods: [] }, { tenant: { id: "named a", isNamed: true } })
    expect(readSignInText(toSignInText(record))?.tenant)
      .to.be.a("string")
      .with.lengthOf(22)
  })

  for (const text of [undefined, null, "", "{", "null", "[]", "1", '{"time":"1","methods":[]}', '{"time":1}'])
    it(`is not ${JSON.stringify(text)}`, () => expect(readSignInText(text)).to.equal(undefined))
})
