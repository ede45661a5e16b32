import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect } from "chai"
import { readDevelopmentSecret } from "../../lib/config/development-secret.js"
import { UserAgent } from "../support/user-agent.js"

const script = fileURLToPath(new URL("../support/secret-process.ts", import.meta.url))
const flags = ["--import", import.meta.resolve("tsx"), "--conditions=source", script]

describe("the development secret", () => {
  const children: ChildProcess[] = []
  let root = ""
  let path = ""

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "express-authjs-"))
    path = join(root, "node_modules", ".cache", "express-authjs", "secret")
    await writeFile(join(root, "package.json"), "{}")
  })
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL")
    await rm(root, { recursive: true, force: true })
  })

  /** Starts the app in the folder; `stop` resolves to what it warned of. */
  async function start(NODE_ENV: string | undefined, cwd = root) {
    const { NODE_ENV: _, AUTH_SECRET: __, ...rest } = process.env
    const env = NODE_ENV === undefined ? rest : { ...rest, NODE_ENV }
    const child = spawn(process.execPath, flags, { cwd, env, stdio: ["pipe", "pipe", "pipe"] })
    children.push(child)
    let warnings = ""
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      warnings += text
    })
    const [line] = await Promise.race([
      once(child.stdout, "data"),
      once(child, "exit").then(() => [warnings]),
    ])
    const stop = async () => {
      child.stdin.end()
      await once(child, "close")
      return warnings
    }
    return { url: String(line).trim(), stop }
  }

  async function signIn(agent: UserAgent, url: string) {
    const page = await agent.get(`${url}/auth/signin`)
    await agent.submit(page, { formAction: /callback\/credentials/, fields: { name: "Ada" } })
  }

  async function nameOf(agent: UserAgent, url: string): Promise<string | undefined> {
    const { body } = await agent.get(`${url}/auth/session`)
    return JSON.parse(body)?.user?.name
  }

  it("keeps sessions through a restart, and is announced once", async () => {
    const agent = new UserAgent()
    const first = await start("development")
    await signIn(agent, first.url)
    expect(await nameOf(agent, first.url)).to.equal("Ada")
    expect(await first.stop())
      .to.include("[development-secret]")
      .and.include(path)
      .and.include("AUTH_SECRET")
    const second = await start("development")
    expect(await nameOf(agent, second.url)).to.equal("Ada")
    expect(await second.stop()).not.to.include("secret")
    expect((await stat(path)).mode & 0o777).to.equal(0o600)
    expect(await readdir(dirname(path))).to.deep.equal(["secret"])
  })

  it("is that of the package around the working directory", async () => {
    const below = join(root, "src", "server")
    await mkdir(below, { recursive: true })
    const { secret, isNew } = readDevelopmentSecret(below)
    expect(isNew).to.equal(true)
    expect(await readFile(path, "utf8")).to.equal(secret)
    expect(readDevelopmentSecret(root)).to.deep.equal({ secret, path, isNew: false })
  })

  it("is one for processes that start at the same time", async () => {
    const all = await Promise.all(Array.from({ length: 2 }, () => start("development")))
    const agent = new UserAgent()
    await signIn(agent, all[0]?.url ?? "")
    for (const { url } of all) expect(await nameOf(agent, url)).to.equal("Ada")
    await Promise.all(all.map(({ stop }) => stop()))
  })

  for (const NODE_ENV of [undefined, "dev", "test", "production"])
    it(`is not kept with NODE_ENV=${NODE_ENV ?? "(unset)"}, not even one that is there (S55)`, async () => {
      const kept = "k".repeat(43)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, kept, { mode: 0o600 })
      const agent = new UserAgent()
      const first = await start("development")
      await signIn(agent, first.url)
      await first.stop()
      const second = await start(NODE_ENV)
      if (NODE_ENV === "production") return expect(second.url).to.include("ERR_AUTH_")
      expect(await nameOf(agent, second.url)).to.equal(undefined)
      expect(await second.stop())
        .to.include("using a random one")
        .and.include("NODE_ENV=development")
    })

  const faults: [what: string, make: () => Promise<unknown>, reason: RegExp][] = [
    ["others can read it", () => writeFile(path, "k".repeat(43), { mode: 0o644 }), /other users can read/],
    ["it is too short", () => writeFile(path, "short", { mode: 0o600 }), /does not contain a secret/],
    ["it is too long", () => writeFile(path, "k".repeat(2000), { mode: 0o600 }), /does not contain a secret/],
    ["it is a folder", () => mkdir(path, { mode: 0o700 }), /is not a file/],
    ["it is a link", () => linkTo(join(root, "elsewhere")), /ELOOP/],
    ["it is a link to nothing", () => symlink(join(root, "nothing"), path), /ELOOP/],
  ]
  async function linkTo(target: string) {
    await writeFile(target, "k".repeat(43), { mode: 0o600 })
    await symlink(target, path)
  }
  for (const [what, make, reason] of faults)
    it(`is refused where ${what} (S55)`, async () => {
      await mkdir(dirname(path), { recursive: true })
      const umask = process.umask(0)
      await make().finally(() => process.umask(umask))
      expect(() => readDevelopmentSecret(root)).to.throw(reason)
      const { url, stop } = await start("development")
      expect(url).to.match(/^http:/)
      expect(await stop())
        .to.match(reason)
        .and.include("using a random one until this process ends")
    })

  it("is random where none can be kept, and the warning says why", async () => {
    await rm(join(root, "package.json"))
    expect(() => readDevelopmentSecret(root)).to.throw(
      "there is no package.json around the working directory",
    )
    await writeFile(join(root, "package.json"), "{}")
    await writeFile(join(root, "node_modules"), "not a folder")
    const { url, stop } = await start("development")
    expect(url).to.match(/^http:/)
    expect(await stop()).to.match(/using a random one .* since none can be kept between restarts: E[A-Z]+/)
  })
})
