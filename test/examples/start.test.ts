import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect } from "chai"
import { textOf } from "../support/html-form.js"
import { type Listening, listen } from "../support/listen.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent, type Visit } from "../support/user-agent.js"
import { importExample } from "./import-example.js"

describe("examples/start.ts", () => {
  let server: Listening
  let agent: UserAgent

  before(async () => {
    server = await listen(await importExample("start.ts"))
  })
  after(() => server.close())
  beforeEach(() => {
    agent = new UserAgent()
  })

  async function withPassword(path: string, fields: Record<string, string>): Promise<Visit> {
    const page = await agent.followAll(await agent.get(server.url + path))
    return agent.followAll(await agent.submit(page, { formAction: /callback\/credentials/, fields }))
  }

  it("signs Ada in through the provider, and lets her see every page", async () => {
    const page = await agent.followAll(await agent.get(`${server.url}/members`))
    const leaving = await agent.submit(page, { button: /Demo ID/ })
    const members = await agent.followAll(await signInAtProvider(agent, leaving, { name: "Ada Lovelace" }))
    expect(members.url).to.equal(`${server.url}/members`)
    expect(textOf(members.body)).to.include("you are Ada Lovelace")
    expect((await agent.get(`${server.url}/admin`)).status).to.equal(200)
    const home = await agent.get(`${server.url}/`)
    expect(textOf(home.body)).to.include("Hello, Ada Lovelace").and.include("ada@example.com")
    const out = await agent.followAll(await agent.submit(home, { formAction: "/sign-out" }))
    expect(textOf(out.body)).to.include("Sign-in for Express")
  })

  it("signs anyone in with the password it shows, as a member", async () => {
    const members = await withPassword("/members", { name: "Bob", password: "demo" })
    expect(textOf(members.body)).to.include("you are Bob")
    const refused = await agent.get(`${server.url}/admin`)
    expect(refused.status).to.equal(403)
    expect(textOf(refused.body)).to.include("this page is not open to your account")
    expect(textOf((await agent.get(`${server.url}/`)).body)).to.include("Closed to members")
  })

  it("makes the name admin an admin", async () => {
    const admin = await withPassword("/admin", { name: "admin", password: "demo" })
    expect(textOf(admin.body)).to.include("your role is admin")
  })

  it("says so when the password is another", async () => {
    const again = await withPassword("/members", { name: "Bob", password: "other" })
    expect(textOf(again.body)).to.include("do not match")
  })

  it("takes the next port when the one wanted is taken, and says so in a few calm lines", async function () {
    this.timeout(30_000)
    const output = await startAt(server.port)
    expect(output).to.include(`port ${server.port} is taken`)
    expect(output)
      .to.match(/Open +http:\/\/localhost:\d+/)
      .and.not.match(/warn/i)
    expect(output.trim().split("\n").filter(Boolean)).to.have.lengthOf.at.most(6)
  })
})

/** Runs the demo as `npm start` does, until it has said where it is. */
async function startAt(port: number): Promise<string> {
  const main = fileURLToPath(new URL("../../examples/start.ts", import.meta.url))
  const env = { ...process.env, PORT: String(port) }
  const program = spawn(process.execPath, ["--import", "tsx", "--conditions", "source", main], { env })
  try {
    return await untilReady(program)
  } finally {
    program.kill()
  }
}

function untilReady(program: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ""
    const collect = (chunk: Buffer) => {
      output += chunk
      if (output.includes("Ctrl+C")) resolve(output)
    }
    program.stdout?.on("data", collect)
    program.stderr?.on("data", collect)
    program.once("exit", () => reject(new Error(`The demo ended: ${output}`)))
  })
}
