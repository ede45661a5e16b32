import { expect } from "chai"
import type { Listening } from "../support/listen.js"
import { type SamlIdp, startSamlIdp } from "../support/saml-idp.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import { serveExample } from "./import-example.js"

describe("examples/saml.ts", () => {
  let idp: SamlIdp
  let server: Listening

  before(async () => {
    idp = await startSamlIdp()
    server = await serveExample("saml.ts", async (url) => ({
      AUTH_URL: url,
      SAML_ENTRY_POINT: idp.entryPoint,
      SAML_CERT: idp.certificate,
    }))
  })
  after(() => Promise.all([server.close(), idp.close()]))

  async function signIn() {
    const agent = new UserAgent()
    const page = await agent.followAll(await agent.get(`${server.url}/`))
    const leaving = await agent.submit(page, { button: /Company account/ })
    const posted = await signInAtProvider(agent, leaving, { name: "ada" })
    const onward = redirectTarget(posted) ? posted : await agent.submit(posted)
    return agent.followAll(onward)
  }

  it("signs in at the identity provider, and leads back to the guarded page", async () => {
    expect((await signIn()).body).to.equal("Hello Ada Lovelace")
    expect(idp.requests[0]?.issuer).to.equal(server.url)
  })

  it("refuses an answer to a request that it did not send", async () => {
    idp.answers.inResponseTo = "_other"
    const page = await signIn()
    expect(page.url).to.match(/\/auth\/(?:error|signin)\?error=/)
  })
})
