import { expect } from "chai"
import { bindPage, bindRequest, restoreAnswer } from "../../lib/providers/request-key.js"

const bind = (query: string) => bindRequest(new URL(`https://idp.example/go?${query}`), "key")

describe("S28: bindRequest()", () => {
  for (const [query, name, value] of [
    ["response_type=code&state=constant", "state", "constant"],
    ["response_type=code&state=", "state", ""],
    ["response_type=code", "state", undefined],
    ["state=constant", "state", "constant"],
    ["response_type=code&oauth_token=constant", "state", undefined],
    ["response_type=code&state=a&state=b", "state", "a"],
    ["SAMLRequest=x&RelayState=constant", "RelayState", "constant"],
    ["SAMLRequest=x", "RelayState", undefined],
    ["RelayState=constant", "RelayState", "constant"],
  ] as const)
    it(`replaces what the strategy sends with our key: ${query}`, () => {
      const bound = bind(query)
      expect(bound.key).to.equal("key")
      expect(new URL(bound.url).searchParams.getAll(name)).to.deep.equal(["key"])
      expect(bound.replaced).to.deep.equal(value === undefined ? { name } : { name, value })
    })

  it("uses the token of an OAuth 1.0 service, and a RelayState of ours", () => {
    expect(bind("oauth_token=theirs")).to.include({ key: "theirs" })
    expect(bind("SAMLRequest=x&RelayState=key&Signature=y")).to.deep.equal({
      ...{ key: "key", url: "https://idp.example/go?SAMLRequest=x&RelayState=key&Signature=y" },
    })
  })

  for (const query of ["request=x&state=y&response_type=code", "request_uri=x", "service=x", ""])
    it(`has no key for a request without our state: "${query}"`, () =>
      expect(bind(query)).to.deep.equal({ key: undefined, url: `https://idp.example/go?${query}` }))

  it("refuses a RelayState that the strategy has signed", () =>
    expect(() => bind("SAMLRequest=x&RelayState=constant&Signature=y"))
      .to.throw(/additionalParams/)
      .with.property("code", "ERR_AUTH_PROVIDER"))
})

describe("S28: bindPage()", () => {
  it("takes a page that holds our key, and refuses any other", () => {
    expect(bindPage('<input name="RelayState" value="key">', "key").key).to.equal("key")
    expect(() => bindPage('<input name="RelayState" value="constant">', "key"))
      .to.throw(/RelayState/)
      .with.property("code", "ERR_AUTH_PROVIDER")
  })
})

describe("restoreAnswer()", () => {
  it("gives the strategy its own value back, or none where it sent none", () => {
    const answer = { code: "1", state: "key" }
    expect(restoreAnswer(answer, { name: "state", value: "a" })).to.deep.equal({ code: "1", state: "a" })
    expect(restoreAnswer(answer, { name: "state" })).to.deep.equal({ code: "1" })
    expect(restoreAnswer(answer, undefined)).to.equal(answer)
  })

  it("leaves a signed answer as it came", () => {
    const answer = { SAMLResponse: "x", RelayState: "key", Signature: "y" }
    expect(restoreAnswer(answer, { name: "RelayState", value: "a" })).to.equal(answer)
  })
})
