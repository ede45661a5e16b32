import { execFile, spawn } from "node:child_process"
import { readdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect } from "chai"
import { freePort } from "../support/free-port.js"
import { until } from "../support/until.js"
import { UserAgent } from "../support/user-agent.js"
import { createTemporaryFolder, pack, userEnvironment } from "./scratch-project.js"

const run = promisify(execFile)
const env = { ...userEnvironment, npm_config_prefer_offline: "true", npm_config_audit: "false" }

describe("npx express-authjs init, from the tarball", () => {
  let folder: string
  let spec: string

  before(async () => {
    folder = await createTemporaryFolder()
    spec = `file:${await pack(folder)}`
  })
  after(() => rm(folder, { recursive: true, force: true }))

  for (const language of ["js", "ts"])
    it(`leads from an empty folder to a signed-in page within two minutes (${language})`, async () => {
      const begun = Date.now()
      const app = join(folder, language)
      const args = ["exec", "--yes", "--package", spec, "--", "express-authjs"]
      await run("npm", [...args, "init", language, `--${language}`, "--package", spec], { cwd: folder, env })
      const { url, stop } = await startApp(app)
      try {
        await signInAsAda(url)
      } finally {
        await stop()
      }
      expect(Date.now() - begun).to.be.below(120_000)
    })

  for (const language of ["js", "ts"])
    it(`runs every test of the new app, quietly, also after a provider is added (${language})`, async () => {
      const app = join(folder, language)
      const title = "another test"
      const text = `import { test } from "node:test"\n\ntest("${title}", () => {})\n`
      await writeFile(join(app, `test/another.test.${language}`), text)
      await run("npx", ["express-authjs", "add", "google", "--yes"], { cwd: app, env })
      const { stdout, stderr } = await run("npm", ["test"], { cwd: app, env })
      expect(stdout).to.include(title).and.include("shows the admin page to admins only")
      expect(stdout + stderr).to.not.include("[auth]")
    })

  it("names the guide of what needs more than variables, although its package is not installed", async () => {
    for (const [name, guide] of [
      ["passkey", "passkeys"],
      ["nodemailer", "email"],
    ]) {
      const cwd = join(folder, "js")
      const failure = await run("npx", ["express-authjs", "add", `${name}`], { cwd, env }).catch(
        (error) => error,
      )
      expect(failure.stderr, name).to.include(`/docs/guides/${guide}.md`)
    }
  })

  it("checks the types of the tests too", async () => {
    const file = join(folder, "ts/test/wrong.test.ts")
    await writeFile(file, "export const wrong: number = 'a string'\n")
    const failure = await run("npm", ["test"], { cwd: join(folder, "ts"), env }).catch((error) => error)
    await rm(file)
    expect(failure.stdout).to.include("wrong.test.ts").and.include("TS2322")
  })

  it("compiles in TypeScript, and starts in production with the variables that it needs", async () => {
    const app = join(folder, "ts")
    await run("npm", ["run", "build"], { cwd: app, env })
    expect(await readdir(join(app, "dist"))).to.deep.equal(["app.js", "server.js"])
    const variables = [
      "NODE_ENV=production",
      "AUTH_SECRET=a-secret-of-more-than-thirty-two-characters",
      "AUTH_URL=http://localhost:3000",
      ...["GITHUB", "GOOGLE"].flatMap((name) => [`AUTH_${name}_ID=id`, `AUTH_${name}_SECRET=secret`]),
    ]
    await writeFile(join(app, ".env"), variables.join("\n"))
    const { url, stop } = await startApp(app, "start")
    try {
      const page = await new UserAgent().get(`${url}/auth/signin`)
      expect(page.body).to.include("GitHub").and.not.include("Ada Lovelace")
    } finally {
      await stop()
    }
  })
})

/** Runs a script of the app's package.json, as a user does, on a free port. */
async function startApp(folder: string, script = "dev"): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort()
  const child = spawn("npm", ["run", script], {
    cwd: folder,
    env: { ...env, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk))
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const url = `http://localhost:${port}`
  await until(() => {
    if (child.exitCode !== null) throw new Error(output)
    return output.includes(`${url}\n`)
  })
  const stop = () => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM")
    return exited
  }
  return { url, stop }
}

async function signInAsAda(url: string): Promise<void> {
  const agent = new UserAgent()
  const page = await agent.follow(await agent.get(`${url}/dashboard`))
  expect(page.body).to.include("AUTH_GITHUB_ID")
  const dashboard = await agent.follow(await agent.submit(page, { button: /\bAda\b/ }))
  expect([dashboard.status, dashboard.url]).to.deep.equal([200, `${url}/dashboard`])
  expect(dashboard.body).to.include("Hello Ada Lovelace!")
  expect((await agent.get(`${url}/admin`)).body).to.include("Only admins see this page.")
}
