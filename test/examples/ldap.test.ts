import { mock } from "node:test"
import { expect } from "chai"
import { type Directory, startDirectory } from "../support/directory.js"
import { textOf } from "../support/html-form.js"
import { type Listening, listen } from "../support/listen.js"
import { UserAgent } from "../support/user-agent.js"
import { importExample } from "./import-example.js"

describe("examples/ldap.ts", () => {
  let directory: Directory
  let server: Listening

  before(async () => {
    directory = await startDirectory()
    server = await listen(await importExample("ldap.ts", { LDAP_URL: directory.url }))
  })
  after(() => server.close())
  beforeEach(() => void directory.tried.splice(0))

  async function signIn(username: string, password: string): Promise<string> {
    const agent = new UserAgent()
    const page = await agent.followAll(await agent.get(`${server.url}/`))
    return textOf((await agent.followAll(await agent.submit(page, { fields: { username, password } }))).body)
  }

  it("signs in the users of the directory", async () => {
    expect(await signIn("ada", "analytical")).to.equal("Hello Ada Lovelace (ada@example.com)")
  })

  it("turns away a wrong password and an unknown name alike", async () => {
    for (const username of ["ada", "unknown"])
      expect(await signIn(username, "wrong")).to.include("Those details do not match")
    expect(directory.tried).to.have.length(2)
  })

  it("asks the directory neither with an empty password nor with a name that would be another", async () => {
    for (const [username, password] of [
      ["ada", ""],
      ["ada,ou=people,dc=example,dc=com", "analytical"],
      ["*", "analytical"],
      ["ada)(uid=*", "analytical"],
    ] as const)
      expect(await signIn(username, password)).to.include("Those details do not match")
    expect(directory.tried).to.deep.equal([])
  })

  it("does not call a password wrong when the directory is down", async () => {
    await directory.close()
    const log = mock.method(console, "error", () => {})
    expect(await signIn("ada", "analytical")).to.include("Sign-in is not working")
    expect(log.mock.callCount()).to.be.above(0)
    log.mock.restore()
  })
})
