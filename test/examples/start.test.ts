import { type ChildProcess, spawn } from "node:child_process"
import { mock } from "node:test"
import { fileURLToPath } from "node:url"
import { expect } from "chai"
import { freePort } from "../support/free-port.js"
import { textOf } from "../support/html-form.js"
import { type Listening, listen } from "../support/listen.js"
import { showEveryForm } from "../support/show-every-form.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent, type Visit } from "../support/user-agent.js"
import { importExample } from "./import-example.js"

const main = fileURLToPath(new URL("../../examples/start.ts", import.meta.url))

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

  const open = async (path: string) => agent.followAll(await agent.get(server.url + path))

  async function atDemoId(page: Visit, name: string): Promise<Visit> {
    const leaving = await agent.submit(page, { button: /Demo ID/ })
    return agent.followAll(await signInAtProvider(agent, leaving, { name }))
  }

  async function withPassword(page: Visit, password = "demo", username = "charles"): Promise<Visit> {
    const fields = { username, password }
    return agent.followAll(
      await agent.submit(await showEveryForm(agent, page), { formAction: /callback\/credentials/, fields }),
    )
  }

  async function askForMail(page: Visit, email: string): Promise<Visit> {
    const form = { formAction: /signin\/nodemailer/, fields: { email } }
    return agent.followAll(await agent.submit(await showEveryForm(agent, page), form))
  }

  it("signs Ada in through the provider, and lets her see every page", async () => {
    const account = await atDemoId(await open("/account"), "Ada Lovelace")
    expect(account.url).to.equal(`${server.url}/account`)
    expect(textOf(account.body)).to.include("Ada Lovelace").and.include("signed in with Demo ID")
    expect(textOf((await open("/admin")).body)).to.include("your role is admin")
    const home = await open("/")
    expect(textOf(home.body)).to.include("Hello, Ada Lovelace").and.include("ada@example.com")
    const out = await agent.followAll(await agent.submit(home, { formAction: "/sign-out" }))
    expect(textOf(out.body)).to.include("Sign-in for Express")
  })

  it("signs Charles in with the password it shows, as a member", async () => {
    expect(textOf((await open("/")).body)).to.include("user name is charles, the password demo")
    const account = await withPassword(await open("/account"))
    expect(textOf(account.body)).to.include("Charles Babbage").and.include("with a password")
    const refused = await open("/admin")
    expect(refused.status).to.equal(403)
    expect(textOf(refused.body)).to.include("this page is not open to your account")
    expect(textOf((await open("/")).body)).to.include("Closed to members")
  })

  for (const [username, password] of [
    ["charles", "other"],
    ["someone", "demo"],
  ] as const)
    it(`says that the details of ${username}, ${password} do not match`, async () => {
      const again = await withPassword(await open("/account"), password, username)
      expect(textOf(again.body)).to.include("do not match")
    })

  it("signs in any address by the code or the link in the inbox, and says how", async () => {
    for (const [email, way] of [
      ["bob@example.com", "code"],
      ["carol@example.com", "link"],
    ] as const) {
      agent = new UserAgent()
      const asked = await askForMail(await open("/account"), email)
      const { body } = await open("/inbox")
      expect(textOf(body)).to.include(`To ${email}`)
      const code = /class="code">(\d{6})</.exec(body)?.[1] ?? ""
      const link = /href="([^"]+)">Open the link/.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? ""
      const done =
        way === "code"
          ? await agent.submit(asked, { fields: { code } })
          : await agent.submit(await agent.get(link))
      const account = await agent.followAll(done)
      expect(account.url).to.equal(`${server.url}/account`)
      expect(textOf(account.body)).to.include(email).and.include("signed in by mail")
      agent = new UserAgent()
      const used = await agent.followAll(await agent.submit(await agent.get(link)))
      expect(textOf(used.body)).to.include("no longer works")
    }
  })

  it("links the provider's account to the signed-in user with the same address", async () => {
    const email = "heidi@example.com"
    const asked = await askForMail(await open("/account"), email)
    const [, code = ""] = /class="code">(\d{6})</.exec((await open("/inbox")).body) ?? []
    const account = await agent.followAll(await agent.submit(asked, { fields: { code } }))
    const stranger = new UserAgent()
    const signIn = await stranger.followAll(await stranger.get(`${server.url}/account`))
    const leaving = await stranger.submit(signIn, { button: /Demo ID/ })
    const refused = await stranger.followAll(await signInAtProvider(stranger, leaving, { name: email }))
    expect(textOf(refused.body)).to.include("You have signed in another way before.")

    expect(textOf(account.body)).to.include("Manage your account")
    const page = await open("/auth/account")
    const linking = await agent.submit(page, { formAction: "/auth/link/demo" })
    const linked = await agent.followAll(await signInAtProvider(agent, linking, { name: email }))
    expect(linked.url).to.match(/\/auth\/account\?done=linked$/)
    expect(textOf(linked.body)).to.include("The account is linked.")
    const unlinked = await agent.submit(linked, { formAction: "/auth/account/unlink" })
    expect(textOf((await agent.followAll(unlinked)).body)).to.include("Link Demo ID")
  })

  it("keeps the only way to sign in, and says so", async () => {
    await atDemoId(await open("/account"), "Ivan Only")
    const refused = await agent.submit(await open("/auth/account"), { formAction: "/auth/account/unlink" })
    expect(textOf((await agent.followAll(refused)).body)).to.include("This is your only way to sign in")
  })

  describe("the vault", () => {
    beforeEach(() => mock.timers.enable({ apis: ["Date"], now: Date.now() }))
    afterEach(() => mock.timers.reset())

    it("asks again after a minute, and leads back", async () => {
      const opened = await withPassword(await open("/vault"))
      expect(textOf(opened.body)).to.include("The vault is open")
      mock.timers.tick(61_000)
      const page = await open("/vault")
      expect(textOf(page.body)).to.include("Sign in again, to confirm that it is you.")
      expect(textOf((await open("/account")).body)).to.include("Charles Babbage")
      expect((await withPassword(page)).url).to.equal(`${server.url}/vault`)
    })
  })

  it("opens the vault at once to a visitor who has just signed in at the provider", async () => {
    await atDemoId(await open("/account"), "Grace Hopper")
    const vault = await open("/vault")
    expect(vault.url).to.equal(`${server.url}/vault`)
    expect(textOf(vault.body)).to.include("The vault is open")
  })

  it("lets the next visitor choose an account at the provider, after a sign-out", async () => {
    const home = await atDemoId(await open("/account"), "Ada Lovelace")
    await agent.submit(home, { formAction: "/sign-out" })
    const account = await atDemoId(await open("/account"), "Grace Hopper")
    expect(textOf(account.body)).to.include("Grace Hopper").and.not.include("Ada Lovelace")
  })

  it("explains errors in the demo's own words", async () => {
    const missing = await open("/nothing")
    expect([missing.status, textOf(missing.body)]).to.satisfy(
      ([status, text]: [number, string]) => status === 404 && text.includes("There is no such page."),
    )
  })

  it("sends its pages with a strict policy", async () => {
    const { headers } = await agent.get(`${server.url}/account`)
    expect(headers.get("content-security-policy")).to.match(/^default-src 'none'/)
    expect(headers.get("strict-transport-security")).to.equal(null)
  })
})

describe("npm start", () => {
  it("uses the next port when the requested one is taken, and prints a few lines of help", async () => {
    const taken = await listen(() => {})
    const program = startAt(taken.port)
    const output = await program.says("Ctrl+C").finally(program.kill)
    await taken.close()
    expect(output).to.include(`port ${taken.port} is taken`)
    expect(output)
      .to.match(/Open +http:\/\/localhost:\d+/)
      .and.not.match(/warn/i)
    const lines = output.trim().split("\n").filter(Boolean)
    expect(lines).to.have.lengthOf.at.most(8)
    for (const line of lines) expect(line).to.have.lengthOf.at.most(80)
  })

  it("prints the link and the code of each mail", async () => {
    const program = startAt(await freePort())
    try {
      const [, url] = /Open +(\S+)/.exec(await program.says("Ctrl+C")) ?? []
      const agent = new UserAgent()
      const page = await agent.get(`${url}/auth/signin`)
      const fields = { email: "dora@example.com" }
      await agent.submit(page, { formAction: /signin\/nodemailer/, fields })
      const printed = await program.says("Code ")
      expect(printed).to.match(/Mail to dora@example\.com\n +Link +http:\/\/localhost:\S+\n +Code +\d{6}\n/)
    } finally {
      program.kill()
    }
  })

  it("does not start in production, and says why", async () => {
    const program = startAt(0, { NODE_ENV: "production" })
    const { code, output } = await program.ended
    expect(code).to.equal(1)
    expect(output).to.include("This is a demo").and.not.include(" at ")
  })
})

/** Runs the demo as `npm start` does. */
function startAt(port: number, environment: Record<string, string> = {}) {
  const env = { ...process.env, PORT: String(port), ...environment }
  const program = spawn(process.execPath, ["--import", "tsx", "--conditions", "source", main], { env })
  const read = collect(program)
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    program.once("close", (code) => resolve({ code, output: read() })),
  )
  /** Resolves to everything printed so far, once that contains these words. */
  const says = (words: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => read().includes(words) && resolve(read())
      program.stdout?.on("data", look)
      program.once("close", () => reject(new Error(`The demo ended: ${read()}`)))
      look()
    })
  return { ended, says, kill: () => void program.kill() }
}

function collect({ stdout, stderr }: ChildProcess): () => string {
  let output = ""
  for (const stream of [stdout, stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text
    })
  return () => output
}
