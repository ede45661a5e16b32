import { execFileSync } from "node:child_process"
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseEnv } from "node:util"
import { expect } from "chai"
import { createFolder, runCli } from "../support/run-cli.js"

const app = `import express from "express"
import { ExpressAuth } from "express-authjs"
import GitHub from "express-authjs/providers/github"

const app = express()
app.use("/auth", ExpressAuth({ providers: [GitHub] }))
`

describe("npx express-authjs add", () => {
  let folder: string
  let remove: () => Promise<void>

  beforeEach(async () => {
    ;({ folder, remove } = await createFolder())
    await write("package.json", "{}")
  })
  afterEach(() => remove())

  const add = (...args: string[]) => runCli(folder, ["add", ...args])
  const read = (path: string) => readFile(join(folder, path), "utf8")
  const write = (path: string, text: string) => writeFile(join(folder, path), text)

  it("shows the change, and writes nothing without a terminal (S57)", async () => {
    await write("app.js", app)
    const { code, stdout, stderr } = await add("google")
    expect(code).to.equal(1)
    expect(stdout).to.equal(`--- app.js
+++ app.js
@@ -2,5 +2,6 @@
 import { ExpressAuth } from "express-authjs"
 import GitHub from "express-authjs/providers/github"
+import Google from "express-authjs/providers/google"
 
 const app = express()
-app.use("/auth", ExpressAuth({ providers: [GitHub] }))
+app.use("/auth", ExpressAuth({ providers: [GitHub, Google] }))
`)
    expect(stderr).to.include("Pass --yes")
    expect((await readdir(folder)).sort()).to.deep.equal(["app.js", "package.json"])
    expect(await read("app.js")).to.equal(app)
  })

  it("adds import and provider with --yes, and says what to register where", async () => {
    await write("app.js", app)
    const { code, stdout } = await add("google", "--yes")
    expect(code).to.equal(0)
    expect(await read("app.js")).to.equal(`import express from "express"
import { ExpressAuth } from "express-authjs"
import GitHub from "express-authjs/providers/github"
import Google from "express-authjs/providers/google"

const app = express()
app.use("/auth", ExpressAuth({ providers: [GitHub, Google] }))
`)
    expect(stdout).to.include("http://localhost:3000/auth/callback/google")
    expect(stdout).to.include("https://console.cloud.google.com/apis/credentials")
  })

  for (const [title, before, after] of [
    ["an empty array", "const config = { providers: [] }", "const config = { providers: [Okta] }"],
    [
      "an array of several lines",
      "x({\n  providers: [\n    A,\n  ],\n})",
      "x({\n  providers: [\n    A,\n    Okta,\n  ],\n})",
    ],
    [
      "one without a last comma, with a comment",
      "x({ providers: [\n    A({ b: [1] }) // the ], not the end\n  ] })",
      "x({ providers: [\n    A({ b: [1] }), // the ], not the end\n    Okta\n  ] })",
    ],
    [
      "one in a line with a call, a string and a last comma",
      "x({ providers: [A, B({ c: '],' }),] })",
      "x({ providers: [A, B({ c: '],' }), Okta,] })",
    ],
    [
      "an array that ends with the development sign-in",
      "x({ providers: [A, DevelopmentSignIn()] })",
      "x({ providers: [A, Okta, DevelopmentSignIn()] })",
    ],
    [
      "the same in several lines",
      "x({\n  providers: [\n    A,\n    DevelopmentSignIn({\n    }),\n  ],\n})",
      "x({\n  providers: [\n    A,\n    Okta,\n    DevelopmentSignIn({\n    }),\n  ],\n})",
    ],
    [
      "an empty one of several lines",
      "x({\n  providers: [\n  ],\n})",
      "x({\n  providers: [\n    Okta,\n  ],\n})",
    ],
  ])
    it(`extends ${title}`, async () => {
      await mkdir(join(folder, "src"))
      await write("src/auth.ts", `import A from "a"\n${before}\n`)
      expect((await add("okta", "-y")).code).to.equal(0)
      const imported = 'import A from "a"\nimport Okta from "express-authjs/providers/okta"\n'
      expect(await read("src/auth.ts")).to.equal(`${imported}${after}\n`)
    })

  it("writes as a CommonJS file with single quotes and semicolons does", async () => {
    await write(
      "app.cjs",
      "const { ExpressAuth } = require('express-authjs');\nExpressAuth({ providers: [] });\n",
    )
    await add("google", "--yes")
    expect((await read("app.cjs")).split("\n")[1]).to.equal(
      "const { default: Google } = require('express-authjs/providers/google');",
    )
  })

  it("adds the missing variables to .env, for its owner alone, and keeps the others (S57)", async () => {
    await write(".env", "AUTH_URL=https://example.com/login\nAUTH_OKTA_ID=mine")
    const { code, stdout } = await add("okta")
    expect(code).to.equal(0)
    const { AUTH_URL, ...variables } = parseEnv(await read(".env"))
    expect(variables).to.deep.equal({ AUTH_OKTA_ID: "mine", AUTH_OKTA_SECRET: "", AUTH_OKTA_ISSUER: "" })
    expect((await stat(join(folder, ".env"))).mode & 0o777).to.equal(0o600)
    expect(stdout).to.include("https://example.com/login/callback/okta").and.not.include("mine")
  })

  it("says above the variables where to register the app, and lists them in .env.example and .env.test", async () => {
    await write(".env", "AUTH_SECRET=mine\n")
    await write(".env.example", "AUTH_SECRET=\nAUTH_GOOGLE_ID=\n")
    await write(".env.test", "AUTH_SECRET=test\n")
    const { stdout } = await add("google")
    const comment =
      "\n# Callback URL to register: http://localhost:3000/auth/callback/google\n" +
      "# https://console.cloud.google.com/apis/credentials\n"
    expect(await read(".env")).to.equal(`AUTH_SECRET=mine\n${comment}AUTH_GOOGLE_ID=\nAUTH_GOOGLE_SECRET=\n`)
    expect(await read(".env.example")).to.equal(
      `AUTH_SECRET=\nAUTH_GOOGLE_ID=\n${comment}AUTH_GOOGLE_SECRET=\n`,
    )
    expect(parseEnv(await read(".env.test"))).to.deep.equal({
      AUTH_SECRET: "test",
      AUTH_GOOGLE_ID: "for-tests",
      AUTH_GOOGLE_SECRET: "for-tests",
    })
    expect(stdout).to.include(".env.example lists them").and.include(".env.test lists them")
  })

  it("refuses a folder without a package.json, where no app would read the .env", async () => {
    const { folder: empty, remove: removeEmpty } = await createFolder()
    const { code, stderr } = await runCli(empty, ["add", "google"])
    expect(code).to.equal(1)
    expect(stderr)
      .to.include("has no package.json")
      .and.include("express-authjs init my-app --provider google")
    expect(await readdir(empty)).to.deep.equal([])
    await removeEmpty()
  })

  it("prints what to add by hand where the array has no end", async () => {
    await write("app.js", "ExpressAuth({ providers: [GitHub\n")
    const { code, stderr } = await add("google", "--yes")
    expect(code).to.equal(0)
    expect(stderr).to.include("whose end cannot be found")
    expect(await read("app.js")).to.equal("ExpressAuth({ providers: [GitHub\n")
  })

  it("suggests near names only, and prints all with --list", async () => {
    const wrong = await add("gogle")
    expect(wrong.stderr).to.include('Did you mean "google"?').and.not.include("zoom")
    expect((await add("microsoft")).stderr).to.include('Did you mean "microsoft-entra-id"?')
    const { code, stdout } = await add("--list")
    expect(code).to.equal(0)
    expect(stdout.split("\n")).to.include("google").and.include("zoom")
  })

  it("does nothing twice", async () => {
    await write("app.js", app)
    await add("google", "--yes")
    const [first, env] = [await read("app.js"), await read(".env")]
    const { code, stdout } = await add("google")
    expect(code).to.equal(0)
    expect(stdout).to.include("app.js imports the provider already")
    expect([await read("app.js"), await read(".env")]).to.deep.equal([first, env])
  })

  it("shows control characters of the changed line as replacements (S57)", async () => {
    await write("app.js", app.replace("[GitHub]", "[GitHub, /* \u001b[2K */]"))
    const { stdout } = await add("google")
    expect(stdout)
      .to.include("+app.use")
      .and.not.match(/[^\P{C}\n]/u)
  })

  it("prints what to add by hand where it finds no array of providers", async () => {
    await write("app.js", "// nothing\n")
    const { code, stderr } = await add("google")
    expect(code).to.equal(0)
    expect(stderr).to.include('import Google from "express-authjs/providers/google"')
  })

  it("refuses a .env that git tracks or that is a symbolic link, before it changes the app (S57)", async () => {
    await write("app.js", app)
    await write("elsewhere", "A=1\n")
    await symlink("elsewhere", join(folder, ".env"))
    expect((await add("google", "--yes")).stderr).to.include("symbolic link")
    expect((await add("google", "--yes", "--env-file", "elsewhere")).code).to.equal(0)
    await write("app.js", app)
    execFileSync("git", ["-C", folder, "init", "-q"])
    execFileSync("git", ["-C", folder, "add", "elsewhere"])
    expect((await add("google", "--yes", "--env-file", "elsewhere")).code).to.equal(1)
    expect(await read("app.js")).to.equal(app)
  })

  it("refuses names that are no provider with code 2, and mailers with code 1 and their guide (S57)", async () => {
    for (const args of [[], ["gogle"], ["../../../evil"], ["__proto__"], ["google", "github"]])
      expect((await add(...args)).code, args.join(" ")).to.equal(2)
    for (const [name, guide] of [
      ["nodemailer", "email"],
      ["resend", "email"],
      ["passkey", "passkeys"],
      ["credentials", "credentials"],
    ] as const) {
      const { code, stderr } = await add(name)
      expect(code, name).to.equal(1)
      expect(stderr).to.include("needs more than variables").and.include(`/docs/guides/${guide}.md`)
    }
    expect(await readdir(folder)).to.deep.equal(["package.json"])
  })
})
