import { SAML, type SamlConfig, ValidateInResponseTo } from "@node-saml/passport-saml"
import { expect } from "chai"
import { readForm } from "./html-form.js"
import { samlForgeries } from "./saml-forgeries.js"
import { type SamlIdp, startSamlIdp } from "./saml-idp.js"
import { goodSamlAnswers } from "./saml-response.js"
import { selfSigned } from "./self-signed-certificate.js"
import { UserAgent } from "./user-agent.js"

const callbackUrl = "http://localhost:9/auth/callback/saml"

describe("the SAML identity provider of the tests", () => {
  let idp: SamlIdp

  before(async () => {
    idp = await startSamlIdp()
  })
  after(() => idp.close())
  beforeEach(() => {
    delete idp.answers.forge
    delete idp.answers.audience
    delete idp.answers.inResponseTo
    Object.assign(idp.answers, goodSamlAnswers())
  })

  it("signs a user in: request by redirect, page, answer by post", async () => {
    const saml = serviceProvider()
    const form = await answerTo(saml, { name: "Ada Lovelace" })
    expect(form.get("RelayState")).to.equal("the state")
    const { profile } = await validate(saml, form)
    expect(profile).to.include({
      nameID: "ada",
      mail: "ada@example.com",
      displayName: "Ada Lovelace",
      issuer: idp.issuer,
    })
    expect(idp.requests.at(-1)).to.include({ issuer: "the-app", assertionConsumerServiceURL: callbackUrl })
  })

  it("reports only a failure when the user cancels", async () => {
    const saml = serviceProvider()
    expect(await refusal(saml, await answerTo(saml, { cancel: true }))).to.match(
      /Responder error: AuthnFailed/,
    )
  })

  it("gives answers that work once", async () => {
    const saml = serviceProvider()
    const form = await answerTo(saml)
    await validate(saml, form)
    expect(await refusal(saml, form)).to.match(/InResponseTo is not valid/)
  })

  for (const [what, change, message] of [
    ["an expired assertion", { lifetime: -1 }, /expired|No valid subject confirmation/],
    ["one for another audience", { audience: "another-app" }, /audience mismatch/],
    ["an answer to another request", { inResponseTo: "_other" }, /InResponseTo/],
    ["an unsolicited response", { inResponseTo: null }, /InResponseTo is missing/],
    ["an unsigned answer", { signs: [] }, /Invalid document signature/],
    [
      "an answer of which only the assertion is signed, where both must be",
      { signs: ["Assertion"] },
      /Invalid document signature/,
    ],
    [
      "an answer of which only the response is signed, where both must be",
      { signs: ["Response"] },
      /Invalid signature/,
    ],
    ["another key's signature", { signer: selfSigned("Another") }, /Invalid document signature/],
  ] as const)
    it(`can be made to give ${what}, which is refused`, async () => {
      Object.assign(idp.answers, change)
      const saml = serviceProvider()
      expect(await refusal(saml, await answerTo(saml))).to.match(message)
    })

  for (const [what, forge] of Object.entries(samlForgeries))
    it(`its answers are refused once forged: ${what}`, async () => {
      let original = ""
      Object.assign(idp.answers, {
        signs: ["Assertion"],
        forge: (xml: string) => {
          original = xml
          return forge(xml)
        },
      })
      const saml = serviceProvider({ wantAuthnResponseSigned: false })
      const form = await answerTo(saml)
      const forged = Buffer.from(form.get("SAMLResponse") ?? "", "base64").toString()
      expect(forged).to.not.equal(original)
      expect(await refusal(saml, form)).to.be.a("string")
      expect(
        (
          await validate(
            serviceProvider({
              wantAuthnResponseSigned: false,
              validateInResponseTo: ValidateInResponseTo.never,
            }),
            original,
          )
        ).profile?.nameID,
      ).to.equal("ada")
    })

  it("is not misread where a comment parts the name that it signed", async () => {
    Object.assign(idp.answers, {
      signs: ["Assertion"],
      forge: (xml: string) => xml.replace(">ada.evil<", ">ada<!-- -->.evil<"),
    })
    const saml = serviceProvider({ wantAuthnResponseSigned: false })
    const form = await answerTo(saml, { name: "ada.evil" })
    expect((await validate(saml, form)).profile?.nameID).to.equal("ada.evil")
  })

  for (const kilobytes of [8, 20, 60])
    it(`returns assertions of any requested size: ${kilobytes} KB`, async () => {
      const groups = Array.from({ length: kilobytes * 10 }, (_, i) => `group ${i}`.padEnd(100, "-"))
      idp.answers.attributes = { groups }
      const saml = serviceProvider()
      const form = await answerTo(saml)
      expect(form.get("SAMLResponse")?.length).to.be.above(kilobytes * 1024)
      expect((await validate(saml, form)).profile?.groups).to.deep.equal(groups)
    })

  it("answers only to requests it can read, and only on this machine", async () => {
    const agent = new UserAgent()
    const foreign = await serviceProvider({ callbackUrl: "https://evil.example/acs" }).getAuthorizeUrlAsync(
      "",
      undefined,
      {},
    )
    for (const url of [foreign, idp.entryPoint, `${idp.entryPoint}?SAMLRequest=junk`])
      expect((await agent.get(url)).status, url).to.equal(400)
  })

  function serviceProvider(options: Partial<SamlConfig> = {}): SAML {
    return new SAML({
      entryPoint: idp.entryPoint,
      issuer: "the-app",
      callbackUrl,
      idpCert: idp.certificate,
      validateInResponseTo: ValidateInResponseTo.always,
      ...options,
    })
  }

  /** What the browser would post to us. */
  async function answerTo(saml: SAML, login: { name: string } | { cancel: true } = { name: "Ada Lovelace" }) {
    const agent = new UserAgent()
    const page = await agent.get(await saml.getAuthorizeUrlAsync("the state", undefined, {}))
    const choice =
      "cancel" in login ? { formAction: /cancel$/ } : { formAction: /login$/, fields: { login: login.name } }
    const { action, method, fields } = readForm(await agent.submit(page, choice))
    expect([action, method]).to.deep.equal([callbackUrl, "POST"])
    return fields
  }

  function validate(saml: SAML, answer: URLSearchParams | string) {
    const packed =
      typeof answer === "string" ? Buffer.from(answer).toString("base64") : answer.get("SAMLResponse")
    return saml.validatePostResponseAsync({ SAMLResponse: packed ?? "" })
  }

  async function refusal(saml: SAML, answer: URLSearchParams): Promise<string> {
    const validated = await validate(saml, answer).catch((error: Error) => error)
    if (validated instanceof Error) return validated.message
    throw new Error(`This was taken: ${JSON.stringify(validated.profile)}`)
  }
})
