import { execFile, spawn } from "node:child_process"
import { rm } from "node:fs/promises"
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
      await run("npm", ["test"], { cwd: app, env })
    })

  it("compiles in TypeScript, and starts in production with the variables that it needs", async () => {
    const app = join(folder, "ts")
    await run("npm", ["run", "build"], { cwd: app, env })
    const variables = {
      NODE_ENV: "production",
      AUTH_SECRET: "a-secret-of-more-than-thirty-two-characters",
      AUTH_URL: "http://localhost:3000",
      AUTH_GITHUB_ID: "id",
      AUTH_GITHUB_SECRET: "secret",
    }
    const { url, stop } = await startApp(app, "start", variables)
    try {
      const page = await new UserAgent().get(`${url}/auth/signin`)
      expect(page.body).to.include("GitHub").and.not.include("Ada Lovelace")
    } finally {
      await stop()
    }
  })
})

/** Runs a script of the app's package.json, as a user does, on a free port. */
async function startApp(
  folder: string,
  script = "dev",
  variables: NodeJS.ProcessEnv = {},
): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort()
  const child = spawn("npm", ["run", script], {
    cwd: folder,
    env: { ...env, ...variables, PORT: String(port) },
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
}
