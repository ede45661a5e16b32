import { execFile } from "node:child_process"
import { join } from "node:path"
import { expect } from "chai"
import type { ScratchProject } from "./scratch-project.js"
import { usePackage } from "./use-package.js"

/** The runners, with the command that runs a test file and exits with 0 if all tests pass. */
const runners: Record<string, readonly string[]> = {
  "node:test": ["--test", "kit.node-test.mjs"],
  "node:test, in CommonJS": ["--test", "kit.commonjs.cjs"],
  vitest: ["node_modules/vitest/vitest.mjs", "run", "--testTimeout", "60000", "kit.test.mjs"],
  mocha: ["node_modules/mocha/bin/mocha.js", "--timeout", "60000", "kit.mocha.mjs"],
}

describe("the test kit, installed", () => {
  const { install } = usePackage()

  it("runs under every runner, exits, and has types", async () => {
    const project = await install({
      ...{
        supertest: "^7.0.0",
        "oidc-provider": "^9.0.0",
        "smtp-server": "^3.13.0",
        "postal-mime": "^4.0.0",
      },
      ...{ nodemailer: "^8.0.5", vitest: "^3.0.0", mocha: "^11.0.0" },
      ...{ typescript: "^7.0.2", "@types/node": "^20.19.0", "@types/supertest": "^7.0.0" },
      ...{ "@types/express": "^5.0.0" },
    })
    for (const [name, args] of Object.entries(runners)) {
      const { failed, output } = await run(project, args)
      expect(failed, `${name}:\n${output}`).to.equal(false)
      expect(output, name).to.match(name.includes("CommonJS") ? /1 pass|pass 1/ : /3 pass|pass 3/)
    }
    await project.write("user.mts", typed)
    const complaint = await project.compile()
    expect(complaint, complaint).to.equal("")
  })

  it("names the packages that are missing, with the command that installs them", async () => {
    const project = await install()
    const { stdout } = await project.node("kit-missing.mjs")
    const missing = (user: string, name: string, all = name) =>
      `ERR_AUTH_TESTING: ${user} needs the package ${name}, which is not installed: npm install --save-dev ${all}`
    expect(JSON.parse(stdout)).to.deep.equal([
      missing("signedIn()", "supertest"),
      missing("fakeProvider()", "oidc-provider"),
      missing("mailbox()", "smtp-server", "smtp-server postal-mime"),
    ])
  })
})

/** Replaces the fixture of other tests: what a user of the kit writes. */
const typed = `import express from "express"
import { ExpressAuth } from "express-authjs"
import { fakeProvider, mailbox, sessionCookies, signedIn, storageState } from "express-authjs/testing"

const app = express().use("/auth", ExpressAuth({ providers: [(await fakeProvider()).provider] }))
const agent = await signedIn(app, { user: { name: "Ada", department: "navy" }, roles: ["admin"] })
const { text }: { text: string } = await agent.get("/admin").expect(200)
const { header }: { header: string } = await sessionCookies(app)
const { cookies } = await storageState(app, { origin: "http://localhost:3000" })
const { link }: { link: string } = await (await mailbox()).next({ to: "ada@example.com" })
// @ts-expect-error: \`origin\` is required
await storageState(app, {})
console.log(text, header, cookies, link)
`

interface Outcome {
  failed: boolean
  output: string
}

function run({ folder }: ScratchProject, args: readonly string[]): Promise<Outcome> {
  const { NODE_OPTIONS: _, NODE_ENV: _env, ...inherited } = process.env
  const env = { ...inherited, NO_COLOR: "1", CI: "true" }
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: join(folder), env, timeout: 120_000 }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, output: stdout + stderr }),
    )
  })
}
