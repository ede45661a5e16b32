import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { expect } from "chai"
import { UserAgent } from "../support/user-agent.js"

const root = fileURLToPath(new URL("../../", import.meta.url))
const program = `const { app } = require("./examples/commonjs.cjs")
const server = app.listen(0, () => console.log(server.address().port))`

/** Run by Node alone, since here everything else is compiled by tsx: what it requires is the package as built. */
describe("examples/commonjs.cjs", () => {
  let child: ChildProcess
  let url: string

  before(async () => {
    const { NODE_OPTIONS: _options, ...env } = process.env
    child = spawn(process.execPath, ["-e", program], { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] })
    const [port] = await Promise.race([once(child.stdout ?? child, "data"), once(child, "exit")])
    url = `http://localhost:${String(port).trim()}`
  })
  after(() => child.kill())

  it("signs in with a name and password", async () => {
    const agent = new UserAgent()
    const page = await agent.followAll(await agent.get(`${url}/`))
    const wrong = await agent.submit(page, { fields: { username: "ada", password: "wrong" } })
    const again = await agent.followAll(wrong)
    expect(again.body).to.include("do not match")
    const right = await agent.submit(again, { fields: { username: "ada", password: "analytical" } })
    expect((await agent.followAll(right)).body).to.equal("Hello Ada Lovelace")
  })
})
