import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect } from "chai"
import { ExpressAuth } from "express-authjs"
import { secret } from "../support/auth-apps.js"
import { runCli } from "../support/run-cli.js"

const ours = (path: string) => readFile(new URL(`../../views/${path}`, import.meta.url), "utf8")

describe("npx express-authjs eject", () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "eject-"))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const run = (...args: string[]) => runCli(folder, ["eject", ...args])
  const read = (path: string) => readFile(join(folder, path), "utf8")

  it("copies pages, partials and the style sheet, and says which option to add", async () => {
    const { code, stdout } = await run("sign-in", "button", "account/methods", "style", "layout.ejs")
    expect(code).to.equal(0)
    expect(stdout).to.include('views: "views/auth"').and.include("✓ views/auth/sign-in.ejs is written.")
    expect(await read("views/auth/sign-in.ejs")).to.equal(await ours("sign-in.ejs"))
    expect(await read("views/auth/style.css")).to.equal(await ours("assets/style.css"))
    const written = await readdir(join(folder, "views/auth"), { recursive: true })
    expect(written).to.have.members([
      ...["layout.ejs", "partials", "sign-in.ejs", "style.css"],
      ...["partials/account", "partials/account/methods.ejs", "partials/button.ejs"],
    ])
  })

  it("copies all that an app may replace, which then compiles", async () => {
    const { code } = await run("--all", "--to", "auth")
    expect(code).to.equal(0)
    const { stdout } = await run("--list")
    const names = stdout.trim().split("\n")
    expect(names).to.include.members(["sign-in.ejs", "partials/icon.ejs", "style.css", "mail.ejs"])
    expect(names).to.not.include("developer-error.ejs")
    for (const name of names) expect(await read(`auth/${name}`), name).to.not.equal("")
    ExpressAuth({ providers: [], secret, logger: { warn: () => {} }, views: join(folder, "auth") })
  })

  it("keeps a file that differs, unless --yes", async () => {
    await run("sign-in", "error")
    await writeFile(join(folder, "views/auth/sign-in.ejs"), "mine")
    const kept = await run("sign-in", "error", "continue")
    expect(kept.code).to.equal(1)
    expect(kept.stderr).to.include("views/auth/sign-in.ejs differs from ours, and is kept")
    expect(kept.stdout)
      .to.include("error.ejs is a copy of ours already")
      .and.include("continue.ejs is written")
    expect(await read("views/auth/sign-in.ejs")).to.equal("mine")
    const replaced = await run("sign-in", "--yes")
    expect(replaced.code).to.equal(0)
    expect(await read("views/auth/sign-in.ejs")).to.equal(await ours("sign-in.ejs"))
  })

  for (const [args, message] of [
    [["signin"], "Did you mean sign-in?"],
    [["butto"], "Did you mean button?"],
    [["../package.json"], "There is no template"],
    [["fixes.json"], "There is no template"],
    [["assets/style.css"], "There is no template"],
    [["developer-error"], "There is no template"],
    [[], "Name what to copy"],
    [["sign-in", "--all"], "Name what to copy"],
  ] as const)
    it(`writes nothing for ${JSON.stringify(args)}`, async () => {
      const { code, stderr } = await run(...args)
      expect(code).to.equal(2)
      expect(stderr).to.include(message)
      expect(await readdir(folder)).to.deep.equal([])
    })

  it("S57 follows no symbolic link out of the project, neither of a file nor of a folder", async () => {
    const outside = await mkdtemp(join(tmpdir(), "outside-"))
    await writeFile(join(outside, "target"), "theirs")
    await mkdir(join(folder, "views/auth"), { recursive: true })
    await symlink(join(outside, "target"), join(folder, "views/auth/sign-in.ejs"))
    await symlink(outside, join(folder, "views/auth/partials"))
    await symlink(outside, join(folder, "link"))
    for (const args of [["sign-in", "--yes"], ["button"], ["error", "--to", "link/auth"]]) {
      const { code, stderr } = await run(...args)
      expect(code).to.equal(1)
      expect(stderr).to.match(/symbolic link|outside this project/)
    }
    expect(await readdir(outside)).to.deep.equal(["target"])
    expect(await readFile(join(outside, "target"), "utf8")).to.equal("theirs")
    await rm(outside, { recursive: true })
  })
})
