import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect } from "chai"
import { parseHtml } from "../pages/parse-html.js"
import { acceptsConnections } from "../support/accepts-connections.js"
import { freePort } from "../support/free-port.js"
import { extractSnippets } from "../support/snippets.js"
import { until } from "../support/until.js"
import { UserAgent } from "../support/user-agent.js"

const root = fileURLToPath(new URL("../../", import.meta.url))

for (const page of ["README.md", "docs/start/getting-started.md"])
  describe(`the first minute with the app of ${page}`, () => {
    let folder = ""
    let child: ChildProcess | undefined

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "express-authjs-"))
      await mkdir(join(folder, "node_modules"))
      await symlink(root, join(folder, "node_modules", "express-authjs"))
      await symlink(join(root, "node_modules/express"), join(folder, "node_modules/express"))
      await writeFile(join(folder, "package.json"), '{ "type": "module" }')
      await writeFile(join(folder, ".env"), "NODE_ENV=development\n")
    })
    after(async () => {
      if (child?.exitCode === null && child.kill()) await once(child, "exit")
      await rm(folder, { recursive: true, force: true })
    })

    it("runs with one line in .env, and leads from the dashboard to what GitHub needs", async () => {
      const port = await freePort()
      const [app] = extractSnippets(await readFile(join(root, page), "utf8"), page)
      await writeFile(join(folder, "app.js"), app?.code.replace("listen(3000)", `listen(${port})`) ?? "")
      const { NODE_ENV: _, AUTH_SECRET: __, ...env } = process.env
      const flags = [
        "--env-file=.env",
        "--import",
        import.meta.resolve("tsx"),
        "--conditions=source",
        "app.js",
      ]
      child = spawn(process.execPath, flags, { cwd: folder, env, stdio: "pipe" })
      let output = ""
      for (const stream of [child.stdout, child.stderr])
        stream?.setEncoding("utf8").on("data", (text: string) => {
          output += text
        })
      const ended = once(child, "exit").then(() => Promise.reject(new Error(output)))
      await Promise.race([until(() => acceptsConnections(port)), ended])
      const agent = new UserAgent()
      const shown = await agent.followAll(await agent.get(`http://localhost:${port}/dashboard`))
      const { text } = parseHtml(shown.body)
      expect(text).to.include("To set up").and.include(`http://localhost:${port}/auth/callback/github`)
      expect(text).to.include("AUTH_GITHUB_ID=…")
      expect(output.match(/\[auth\]\[warn\]\[[a-z-]+\]/g)).to.have.members([
        "[auth][warn][to-set-up]",
        "[auth][warn][development-secret]",
      ])
    })
  })
