import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseEnv } from "node:util"
import { expect } from "chai"
import { createFolder, runCli } from "../support/run-cli.js"

const plainApp = `import express from "express"

const app = express()
app.get("/", (_req, res) => res.send("Hello"))
app.listen(3000)
`

describe("npx express-authjs init", () => {
  let folder: string
  let remove: () => Promise<void>

  beforeEach(async () => ({ folder, remove } = await createFolder()))
  afterEach(() => remove())

  const init = (...args: string[]) => runCli(folder, ["init", ...args])
  const read = (path: string) => readFile(join(folder, path), "utf8")
  const write = (path: string, text: string) => writeFile(join(folder, path), text)

  describe("in an empty folder", () => {
    const create = (...args: string[]) => init("--skip-install", ...args)

    it("writes an app in JavaScript without a terminal, whose secret only its owner can read (S57)", async () => {
      const { code, stderr } = await create()
      expect([code, stderr]).to.deep.equal([0, ""])
      expect((await readdir(folder)).sort()).to.deep.equal(
        [
          ".env",
          ".env.example",
          ".env.test",
          ".gitignore",
          "app.js",
          "package.json",
          "server.js",
          "test",
          "views",
        ].sort(),
      )
      expect((await stat(join(folder, ".env"))).mode & 0o777).to.equal(0o600)
      const env = parseEnv(await read(".env"))
      expect(env).to.include({ NODE_ENV: "development", AUTH_GITHUB_ID: "" })
      expect(env.AUTH_SECRET).to.match(/^[\w-]{44}$/)
      expect(await read(".env.example")).to.include("AUTH_SECRET=\n")
      expect((await read(".gitignore")).split("\n")).to.include(".env")
    })

    it("gives the tests settings of their own, so that no start warns, and reads .env in production too", async () => {
      expect((await create("--provider", "okta")).code).to.equal(0)
      const { AUTH_SECRET = "", ...rest } = parseEnv(await read(".env.test"))
      expect(AUTH_SECRET.length).to.be.at.least(32)
      expect(rest).to.deep.equal({
        NODE_ENV: "test",
        AUTH_OKTA_ID: "for-tests",
        AUTH_OKTA_SECRET: "for-tests",
        AUTH_OKTA_ISSUER: "https://issuer.example.com",
      })
      const { scripts } = JSON.parse(await read("package.json"))
      expect(scripts.test).to.equal("node --env-file=.env.test --test")
      expect(scripts.start).to.equal("node --env-file-if-exists=.env server.js")
    })

    it("writes into a new folder, whose name may be no name of a package", async () => {
      expect((await create("My App!", "--ts")).code).to.equal(0)
      const { name, scripts, devDependencies } = JSON.parse(await read("My App!/package.json"))
      expect(name).to.equal("my-app")
      expect(scripts).to.include.keys("dev", "build", "start", "test")
      expect(devDependencies).to.include.keys("typescript", "tsx", "@types/express")
      expect(Object.values(devDependencies)).to.not.include(undefined)
      expect(scripts.test).to.match(/^tsc && tsx .*--test "?test\/.*\*\.test\.ts"?$/)
      expect(JSON.parse(await read("My App!/tsconfig.json")).include).to.include("test")
    })

    it("quotes the new folder's name in the next steps, so that a shell takes it for one (S57)", async () => {
      for (const name of ["my app's; touch evil", "-rf", "$(touch evil)"]) {
        const { code, stdout } = await create("--js", "--", name)
        expect(code).to.equal(0)
        const step = stdout.split("\n").find((line) => line.startsWith("  cd ")) ?? ""
        const reached = execFileSync("sh", ["-c", `${step} && pwd`], { cwd: folder, encoding: "utf8" })
        expect(reached).to.equal(`${join(folder, name)}\n`)
      }
      expect(existsSync(join(folder, "evil"))).to.equal(false)
    })

    it("lists the chosen providers, by the names of their modules", async () => {
      expect((await create("--provider", "okta", "--provider", "microsoft-entra-id")).code).to.equal(0)
      const app = await read("app.js")
      expect(app).to.include('import MicrosoftEntraID from "express-authjs/providers/microsoft-entra-id"')
      expect(app).to.include("providers: [Okta, MicrosoftEntraID, DevelopmentSignIn()],")
      expect(await read(".env")).to.include("AUTH_OKTA_ISSUER=\n")
      expect(await read(".env.example")).to.include("http://localhost:3000/auth/callback/okta")
    })

    it("refuses an unknown provider, and one that needs more than variables, before it writes anything", async () => {
      const unknown = await create("--provider", "gogle")
      expect(unknown).to.include({ code: 2 })
      expect(unknown.stderr).to.include('Did you mean "google"?')
      for (const name of ["nodemailer", "passkey", "../../evil", "index"]) {
        const { code } = await create("--provider", name)
        expect(code, name).to.be.within(1, 2)
      }
      expect(await readdir(folder)).to.deep.equal([])
    })

    it("keeps the files of a new repository, and adds to its .gitignore (S57)", async () => {
      await write("README.md", "# Mine\n")
      await write(".gitignore", "node_modules/\n*.log")
      expect((await create()).code).to.equal(0)
      expect(await read("README.md")).to.equal("# Mine\n")
      expect(await read(".gitignore")).to.equal(
        "node_modules/\n*.log\ndist\n.env\n.env.*\n!.env.example\n!.env.test\n",
      )
    })

    it("has git ignore the settings of every machine, and keep those for all", async () => {
      await create()
      await write(".env.production", "AUTH_SECRET=mine\n")
      execFileSync("git", ["-C", folder, "init", "-q"])
      execFileSync("git", ["-C", folder, "add", "."])
      const files = execFileSync("git", ["-C", folder, "ls-files"], { encoding: "utf8" }).split("\n")
      expect(files.filter((path) => path.startsWith(".env"))).to.deep.equal([".env.example", ".env.test"])
    })

    it("refuses a folder with other files, and writes nothing (S57)", async () => {
      for (const name of ["app.js", ".env", "notes.txt"]) {
        await write(name, "mine\n")
        const { code, stderr } = await create()
        expect(code).to.equal(1)
        expect(stderr).to.include(`contains "${name}" but no package.json`)
        execFileSync("rm", [join(folder, name)])
      }
      expect(await readdir(folder)).to.deep.equal([])
    })

    it("refuses a .gitignore that is a symbolic link, before it writes a secret (S57)", async () => {
      await write("LICENSE", "mine\n")
      await symlink(join(folder, "LICENSE"), join(folder, ".gitignore"))
      expect((await create()).code).to.equal(1)
      expect(await read("LICENSE")).to.equal("mine\n")
      expect(existsSync(join(folder, ".env"))).to.equal(false)
    })
  })

  describe("in the folder of an app", () => {
    const begin = async (manifest: object, files: Record<string, string>) => {
      await write("package.json", JSON.stringify({ type: "module", ...manifest }))
      for (const [path, text] of Object.entries(files)) {
        await mkdir(join(folder, path, ".."), { recursive: true })
        await write(path, text)
      }
    }

    it("shows what would change, and changes nothing without a terminal (S57)", async () => {
      await begin({}, { "app.js": plainApp })
      const { code, stdout, stderr } = await init()
      expect(code).to.equal(1)
      expect(stdout).to.include("--- app.js").and.include('+import { ExpressAuth } from "express-authjs"')
      expect(stdout.match(/^@@.*$/gm)).to.deep.equal(["@@ -1,5 +1,11 @@"])
      expect(stdout).to.include(".env: adds NODE_ENV, AUTH_SECRET, AUTH_GITHUB_ID, AUTH_GITHUB_SECRET\n")
      expect(stdout).to.include(".gitignore: adds .env\n")
      expect(stderr).to.include("Pass --yes")
      expect(await read("app.js")).to.equal(plainApp)
      expect((await readdir(folder)).sort()).to.deep.equal(["app.js", "package.json"])
    })

    it("applies the change with --yes", async () => {
      await begin({ scripts: { start: "node --watch src/web.js" } }, { "src/web.js": plainApp })
      expect((await init("--yes")).code).to.equal(0)
      expect(await read("src/web.js")).to.equal(`import express from "express"
import { ExpressAuth } from "express-authjs"
import { DevelopmentSignIn } from "express-authjs/development"
import GitHub from "express-authjs/providers/github"

const app = express()
const auth = ExpressAuth({ providers: [GitHub, DevelopmentSignIn()] })
app.use("/auth", auth)

app.get("/", (_req, res) => res.send("Hello"))
app.listen(3000)
`)
      expect((await stat(join(folder, ".env"))).mode & 0o777).to.equal(0o600)
      expect(await read(".gitignore")).to.equal(".env\n")
    })

    it("writes as the file does: CommonJS, single quotes, semicolons, line ends, another name", async () => {
      const text =
        "const express = require('express');\r\nconst server = express();\r\nserver.listen(3000);\r\n"
      await begin({ type: "commonjs", main: "index.cjs" }, { "index.cjs": text })
      expect((await init("--yes", "--provider", "google")).code).to.equal(0)
      expect((await read("index.cjs")).split("\r\n")).to.deep.equal([
        "const express = require('express');",
        "const { ExpressAuth } = require('express-authjs');",
        "const { DevelopmentSignIn } = require('express-authjs/development');",
        "const { default: Google } = require('express-authjs/providers/google');",
        "const server = express();",
        "const auth = ExpressAuth({ providers: [Google, DevelopmentSignIn()] });",
        "server.use('/auth', auth);",
        "",
        "server.listen(3000);",
        "",
      ])
    })

    it("keeps every value of an existing .env, also of NODE_ENV and AUTH_SECRET (S57)", async () => {
      await begin({}, { "app.js": plainApp, ".env": "NODE_ENV=staging\nAUTH_SECRET=mine\nX='a # b'" })
      expect((await init("--yes", "--provider", "none")).code).to.equal(0)
      expect(parseEnv(await read(".env"))).to.deep.equal({
        NODE_ENV: "staging",
        AUTH_SECRET: "mine",
        X: "a # b",
      })
    })

    it("adds to .env.example and .env.test, and says nothing of a .gitignore that has .env", async () => {
      const files = { ".env.example": "X=\n", ".env.test": "NODE_ENV=test\n", ".gitignore": ".env\n" }
      await begin({}, { "app.js": plainApp, ...files })
      const { stdout } = await init("--yes")
      expect(stdout).to.include(
        ".env.example: adds NODE_ENV, AUTH_SECRET, AUTH_GITHUB_ID, AUTH_GITHUB_SECRET\n",
      )
      expect(stdout).to.include(".env.test: adds AUTH_SECRET,").and.not.include(".gitignore: adds")
      expect(parseEnv(await read(".env.example"))).to.include({ X: "", AUTH_SECRET: "" })
      expect(parseEnv(await read(".env.test"))).to.include({ NODE_ENV: "test", AUTH_GITHUB_ID: "for-tests" })
      for (const path of [".env", ".env.example"])
        expect(await read(path)).to.include(
          "# Callback URL to register: http://localhost:3000/auth/callback/github",
        )
    })

    it("refuses options that have no effect, with code 2", async () => {
      await begin({}, { "app.js": plainApp })
      for (const args of [["--ts"], ["--package", "1.0.0"], ["--skip-install"]]) {
        const { code, stderr } = await init(...args)
        expect(code, args.join(" ")).to.equal(2)
        expect(stderr).to.include(`${args[0]}: for a new app`)
      }
      expect((await init("new", "--entry", "app.js")).code).to.equal(2)
    })

    it("changes nothing where the app uses express-authjs already", async () => {
      await begin({}, { "app.js": `import "express-authjs"\n${plainApp}` })
      const { code, stderr } = await init("--yes")
      expect(code).to.equal(1)
      expect(stderr).to.include("uses express-authjs already")
    })

    it("names the option --entry where it finds no app", async () => {
      await begin({}, { "web.js": plainApp })
      expect((await init("--yes")).stderr).to.include("--entry")
      expect((await init("--yes", "--entry", "web.js")).code).to.equal(0)
      expect((await init("--yes", "--entry", "missing.js")).stderr).to.include("missing.js")

      await write("factory.js", "export function createApp() {\n  const app = express()\n  return app\n}\n")
      const { stderr } = await init("--yes", "--entry", "factory.js")
      expect(stderr).to.include("factory.js does not have the line").and.include("outside of functions")
    })

    it("reads no file outside the folder, whatever package.json names or links lead to (S57)", async () => {
      const { folder: outside, remove: removeOutside } = await createFolder()
      await writeFile(join(outside, "app.js"), plainApp)
      await begin({ main: "../outside/app.js", scripts: { start: `node ${outside}/app.js` } }, {})
      await symlink(outside, join(folder, "src"))
      await symlink(join(outside, "app.js"), join(folder, "app.js"))
      const { code, stdout } = await init("--yes")
      expect([code, stdout]).to.deep.equal([1, ""])
      expect(await readFile(join(outside, "app.js"), "utf8")).to.equal(plainApp)
      await removeOutside()
    })

    it("runs no script of package.json and no line of the app (S57)", async () => {
      const touch = `require("node:fs").writeFileSync(${JSON.stringify(join(folder, "executed"))}, "")`
      const scripts = Object.fromEntries(
        ["preinstall", "install", "prepare", "start", "dev"].map((name) => [name, `node -e '${touch}'`]),
      )
      await begin({ type: "commonjs", scripts, main: "app.js" }, { "app.js": `${touch}\n${plainApp}` })
      expect((await init("--yes")).code).to.equal(0)
      expect(existsSync(join(folder, "executed"))).to.equal(false)
    })

    it("shows control characters of a file as replacements: they could forge the diff (S57)", async () => {
      await begin({}, { "app.js": plainApp.replace("app.get", "/* \u001b[2K\u001b[1A\u202e */ app.get") })
      const { stdout } = await init()
      expect(stdout).to.not.match(/[^\P{C}\n]/u)
      expect(stdout).to.include("\ufffd")
    })

    it("refuses a .env that git tracks or that is a symbolic link, and leaves the app as it is (S57)", async () => {
      await begin({}, { "app.js": plainApp })
      await symlink("/dev/null", join(folder, ".env"))
      expect((await init("--yes")).stderr).to.include("symbolic link")
      execFileSync("rm", [join(folder, ".env")])
      await write(".env", "A=1\n")
      execFileSync("git", ["-C", folder, "init", "-q"])
      execFileSync("git", ["-C", folder, "add", ".env"])
      expect((await init("--yes")).stderr).to.include("git rm --cached .env")
      expect(await read("app.js")).to.equal(plainApp)
    })

    it("shows control characters of file names and of Node's messages as replacements (S57)", async () => {
      const name = "a\u001b[2J\u001b]0;x\u0007\u202e.js"
      await begin({ scripts: { start: `node ${name}` } }, { [name]: plainApp })
      const { stdout, stderr } = await init()
      expect(stdout).to.include("--- a\ufffd[2J")
      expect(stdout + stderr).to.not.match(/[^\P{C}\n]/u)
      await write("package.json", "\u001b[2J{")
      const failed = await init("--yes")
      expect(failed.stderr)
        .to.include("package.json is not JSON")
        .and.not.match(/[^\P{C}\n]/u)
    })

    it("refuses a file that is not in UTF-8, whose characters it would destroy, before it writes any (S57)", async () => {
      await begin({}, { "app.js": plainApp })
      const before = Buffer.from(`// caf\u00e9\n${plainApp}`, "latin1")
      await writeFile(join(folder, "app.js"), before)
      const { code, stderr } = await init("--yes")
      expect(code).to.equal(1)
      expect(stderr).to.include("app.js").and.include("UTF-8")
      expect(await readFile(join(folder, "app.js"))).to.deep.equal(before)
      expect(existsSync(join(folder, ".env"))).to.equal(false)
    })

    it("refuses a package.json that is not JSON, plainly", async () => {
      await write("package.json", "{")
      const { code, stderr } = await init("--yes")
      expect(code).to.equal(1)
      expect(stderr).to.match(/^✗ package\.json is not JSON/)
    })
  })
})
