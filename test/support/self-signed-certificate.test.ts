import { createPrivateKey, X509Certificate } from "node:crypto"
import { expect } from "chai"
import { selfSigned } from "./self-signed-certificate.js"

describe("the certificates of the tests", () => {
  it("are X.509, signed by their own key, good today", () => {
    const { certificate, privateKey } = selfSigned("The test IdP")
    const x509 = new X509Certificate(certificate)
    expect(x509.subject).to.equal("CN=The test IdP")
    expect(x509.issuer).to.equal(x509.subject)
    expect(x509.verify(x509.publicKey)).to.equal(true)
    expect(x509.checkPrivateKey(createPrivateKey(privateKey))).to.equal(true)
    const [from, to] = [Date.parse(x509.validFrom), Date.parse(x509.validTo)]
    expect(Date.now()).to.be.within(from, to)
  })

  it("are made once per name", () => {
    expect(selfSigned("one")).to.equal(selfSigned("one"))
    expect(selfSigned("one").certificate).to.not.equal(selfSigned("two").certificate)
  })
})
