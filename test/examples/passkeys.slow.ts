import { expect } from "chai"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, watchPage } from "../support/chromium.js"
import { textOf } from "../support/html-form.js"
import { type Listening, listen } from "../support/listen.js"
import { registerPasskey, signInWithPasskey } from "../support/passkey-visitor.js"
import { SoftwareAuthenticator } from "../support/software-authenticator.js"
import { UserAgent } from "../support/user-agent.js"
import { importExample } from "./import-example.js"

describe("examples/passkeys.ts", () => {
  let server: Listening

  before(async () => {
    server = await listen(await importExample("passkeys.ts"))
  })
  after(() => server.close())

  it("names and removes passkeys, but not the last one, nor those of other users", async () => {
    const { url } = server
    const [agent, first, second] = [new UserAgent(), new SoftwareAuthenticator(), new SoftwareAuthenticator()]
    await registerPasskey(agent, url, first, { email: "ada@example.com" })
    await registerPasskey(agent, url, second)
    const page = await agent.get(`${url}/`)
    expect(textOf(page.body)).to.include("signed in as ada@example.com").and.include("Chrome on Linux")

    const id = second.credentialId.toString("base64")
    const rename = await agent.post(`${url}/passkeys/rename`, { id, name: "<b>Phone" })
    expect((await agent.follow(rename)).body).to.include("&lt;b&gt;Phone")

    const eve = new UserAgent()
    await registerPasskey(eve, url, new SoftwareAuthenticator(), { email: "eve@example.com" })
    await eve.post(`${url}/passkeys/remove`, { id })
    await eve.post(`${url}/passkeys/rename`, { id, name: "Eve's" })
    expect((await agent.get(`${url}/`)).body).to.include("&lt;b&gt;Phone")

    await agent.post(`${url}/passkeys/remove`, { id })
    const last = await agent.post(`${url}/passkeys/remove`, { id: first.credentialId.toString("base64") })
    expect([last.status, last.body]).to.deep.equal([409, "This is your only way to sign in."])
    const removed = await new UserAgent().followAll(await signInWithPasskey(new UserAgent(), url, second))
    expect(textOf(removed.body)).to.include("not registered here any more")
    const kept = new UserAgent()
    await signInWithPasskey(kept, url, first)
    expect((await kept.get(`${url}/`)).status).to.equal(200)
  })

  browserTest("signs up and adds a passkey in a browser", async (context) => {
    const page = await context.newPage()
    const watch = await watchPage(page)
    const cdp = await context.newCDPSession(page)
    await cdp.send("WebAuthn.enable")
    const options = {
      ...({ protocol: "ctap2", transport: "internal", hasResidentKey: true } as const),
      ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    }
    const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options })
    await page.goto(server.url)
    await page.getByLabel("Email").fill("grace@example.com")
    await page.getByRole("button", { name: "Create a passkey" }).click()
    await page.getByText("signed in as grace@example.com").waitFor()
    expect(await checkAccessibility(page)).to.deep.equal([])
    await cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId })
    await cdp.send("WebAuthn.addVirtualAuthenticator", { options })
    await page.getByRole("button", { name: "Add a passkey" }).click()
    await page.getByRole("listitem").nth(1).waitFor()
    expect(watch).to.deep.equal({ errors: [], cspViolations: [], foreignRequests: [] })
  })
})
