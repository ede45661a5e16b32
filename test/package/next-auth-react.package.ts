import { execFile } from "node:child_process"
import { rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import Credentials from "@auth/core/providers/credentials"
import { expect } from "chai"
import { build } from "esbuild"
import express from "express"
import { ExpressAuth } from "express-authjs"
import type { Page } from "playwright-core"
import { browserTest, closeSharedBrowser } from "../support/browser-test.js"
import { type Listening, listen } from "../support/listen.js"
import { createTemporaryFolder, userEnvironment } from "./scratch-project.js"

/** A page of React that shows what `useSession()` returns, and exposes the module as `nextAuth`. */
const source = `
  import * as nextAuth from "next-auth/react"
  import { createElement } from "react"
  import { createRoot } from "react-dom/client"
  globalThis.nextAuth = nextAuth
  function Status() {
    const { status, data } = nextAuth.useSession()
    return createElement("p", {}, status + " " + (data?.user.name ?? ""))
  }
  const root = document.body.appendChild(document.createElement("div"))
  createRoot(root).render(createElement(nextAuth.SessionProvider, {}, createElement(Status)))`

describe("next-auth/react 5", function () {
  this.timeout(300_000)
  let folder: string
  let server: Listening

  before(async () => {
    folder = await createTemporaryFolder()
    await writeFile(join(folder, "package.json"), "{}")
    await writeFile(join(folder, "page.js"), source)
    // Without Next.js, its peer, which the module for the browser does not need.
    const packages = ["next-auth@5.0.0-beta.30", "react@19", "react-dom@19"]
    const options = ["--legacy-peer-deps", "--prefer-offline", "--no-audit", "--no-fund"]
    await promisify(execFile)("npm", ["install", ...options, ...packages], {
      cwd: folder,
      env: userEnvironment,
    })
    server = await listen(await createApp(folder))
  })
  after(async () => {
    await Promise.all([server?.close(), closeSharedBrowser()])
    await rm(folder, { recursive: true, force: true })
  })

  browserTest("signs in and out by our routes, and keeps its tabs in step", async (context) => {
    const [page, other] = [await context.newPage(), await context.newPage()]
    const shows = (tab: Page, status: string) => tab.getByText(status, { exact: true }).waitFor()
    const signIn = (password: string) =>
      page.evaluate(`nextAuth.signIn("credentials", { password: "${password}", redirect: false })`)
    for (const tab of [page, other]) {
      await tab.goto(server.url)
      await shows(tab, "unauthenticated")
    }
    expect(await signIn("wrong")).to.include({ error: "CredentialsSignin", code: "credentials" })
    expect(await signIn("right")).to.include({ ok: true, status: 200 })
    await shows(page, "authenticated Ada")
    expect(await page.evaluate("nextAuth.getProviders()")).to.have.all.keys("credentials")
    expect(await page.evaluate("nextAuth.getSession()")).to.have.nested.property("user.name", "Ada")
    await shows(other, "authenticated Ada")
    await page.evaluate("nextAuth.signOut({ redirect: false })")
    await shows(other, "unauthenticated")
  })
})

async function createApp(folder: string): Promise<express.Express> {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: ["page.js"],
    bundle: true,
    write: false,
    define: { "process.env.NODE_ENV": '"production"', "process.env": "{}" },
  })
  const passwords = Credentials({
    credentials: { password: {} },
    authorize: ({ password }) => (password === "right" ? { id: "1", name: "Ada" } : null),
  })
  const secret = "a secret of at least thirty-two characters"
  const app = express()
  app.use("/api/auth", ExpressAuth({ secret, providers: [passwords], logger: { warn() {}, error() {} } }))
  app.get("/page.js", (_req, res) => void res.type("js").send(outputFiles[0]?.text))
  app.get("/", (_req, res) => void res.send('<!doctype html><body><script src="/page.js"></script></body>'))
  return app
}
