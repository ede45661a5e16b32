import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseEnv } from "node:util"
import { expect } from "chai"
import { createFolder, runCli } from "../support/run-cli.js"

const old = "an-old-secret-of-more-than-32-characters"

describe("npx express-authjs secret", () => {
  let folder: string
  let remove: () => Promise<void>
  let env: string

  beforeEach(async () => {
    ;({ folder, remove } = await createFolder())
    env = join(folder, ".env")
  })
  afterEach(() => remove())

  const secret = (...args: string[]) => runCli(folder, ["secret", ...args])
  const read = () => readFile(env, "utf8")
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.com", ...args])

  it("creates .env with a random secret, for its owner alone", async () => {
    const { code, stdout } = await secret()
    expect(code).to.equal(0)
    expect(await read()).to.match(/^AUTH_SECRET=[\w-]{44}\n$/)
    expect((await stat(env)).mode & 0o777).to.equal(0o600)
    expect(stdout).to.not.include(parseEnv(await read()).AUTH_SECRET)
  })

  it("adds the secret to an existing .env, which keeps every character and loses other readers (S57)", async () => {
    const before = '# mine\r\nDATABASE_URL="a # b"\r\nexport X=1 # one'
    await writeFile(env, before)
    await chmod(env, 0o644)
    expect((await secret()).code).to.equal(0)
    expect(await read()).to.match(
      /^# mine\r\nDATABASE_URL="a # b"\r\nexport X=1 # one\r\nAUTH_SECRET=[\w-]{44}\r\n$/,
    )
    expect((await stat(env)).mode & 0o777).to.equal(0o600)
    expect(await readdir(folder)).to.deep.equal([".env"])
  })

  it("fills in an empty AUTH_SECRET", async () => {
    await writeFile(env, "export AUTH_SECRET=\nB=2\n")
    expect((await secret()).code).to.equal(0)
    expect(await read()).to.match(/^export AUTH_SECRET=[\w-]{44}\nB=2\n$/)
  })

  it("keeps an existing secret, and names --rotate (S57)", async () => {
    await writeFile(env, `AUTH_SECRET=${old}\n`)
    const { code, stdout } = await secret()
    expect(code).to.equal(0)
    expect(stdout).to.include("--rotate").and.not.include(old)
    expect(await read()).to.equal(`AUTH_SECRET=${old}\n`)
  })

  it("warns of an existing secret that is short or that others can read", async () => {
    await writeFile(env, "AUTH_SECRET=short\n")
    await chmod(env, 0o644)
    const { stderr } = await secret()
    expect(stderr).to.include("5 characters").and.include("chmod 600 .env").and.not.include("short\n")
  })

  it("rotates: the new secret comes first, the former remain", async () => {
    await writeFile(env, `A=1\nAUTH_SECRET=${old}\nB=2\n`)
    expect((await secret("--rotate")).code).to.equal(0)
    const first = parseEnv(await read())
    expect(first).to.include({ A: "1", B: "2", AUTH_SECRET: old })
    expect(first.AUTH_SECRET_1).to.match(/^[\w-]{44}$/)
    await secret("--rotate")
    const second = parseEnv(await read())
    expect(second).to.include({ AUTH_SECRET_2: first.AUTH_SECRET_1, AUTH_SECRET: old })
    expect(second.AUTH_SECRET_1)
      .to.match(/^[\w-]{44}$/)
      .and.not.equal(first.AUTH_SECRET_1)
  })

  it("keeps four secrets, and says that it removes the oldest", async () => {
    const values = ["1", "2", "3"].map((name) => `AUTH_SECRET_${name}=${name}-${old}`)
    await writeFile(env, [...values, `AUTH_SECRET=${old}`].join("\n"))
    const { stderr } = await secret("--rotate")
    expect(stderr).to.include("The oldest of the secrets was removed")
    const { AUTH_SECRET_1, ...others } = parseEnv(await read())
    expect(AUTH_SECRET_1).to.match(/^[\w-]{44}$/)
    expect(others).to.deep.equal({
      AUTH_SECRET_2: `1-${old}`,
      AUTH_SECRET_3: `2-${old}`,
      AUTH_SECRET: `3-${old}`,
    })
  })

  it("rotates secrets with spaces, quotes and # in them", async () => {
    await writeFile(env, `AUTH_SECRET="it's # ${old}"\n`)
    expect((await secret("--rotate")).code).to.equal(0)
    expect(parseEnv(await read()).AUTH_SECRET).to.equal(`it's # ${old}`)
  })

  it("prints a secret with --print, and writes nothing", async () => {
    const { code, stdout, stderr } = await secret("--print")
    expect([code, stderr]).to.deep.equal([0, ""])
    expect(stdout).to.match(/^[\w-]{44}\n$/)
    expect(await readdir(folder)).to.deep.equal([])
    expect((await secret("--print", "--rotate")).code).to.equal(2)
  })

  it("writes another file with --file", async () => {
    expect((await secret("--file", ".env.production")).code).to.equal(0)
    expect(await readdir(folder)).to.deep.equal([".env.production"])
  })

  it("refuses a .env that is a symbolic link, to a file or to nothing (S57)", async () => {
    await writeFile(join(folder, "elsewhere"), "A=1\n")
    await symlink(join(folder, "elsewhere"), env)
    const { code, stderr } = await secret()
    expect(code).to.equal(1)
    expect(stderr).to.include("symbolic link")
    expect(await readFile(join(folder, "elsewhere"), "utf8")).to.equal("A=1\n")
    await symlink(join(folder, "nothing"), join(folder, ".env.local"))
    expect((await secret("--file", ".env.local")).code).to.equal(1)
    expect(existsSync(join(folder, "nothing"))).to.equal(false)
  })

  it("refuses a .env that is a folder or a pipe, without waiting for it (S57)", async () => {
    await mkdir(env)
    expect((await secret()).stderr).to.include("is not a file")
    execFileSync("mkfifo", [join(folder, "pipe")])
    expect((await secret("--file", "pipe")).stderr).to.include("is not a file")
  })

  for (const text of ['A="begins\n', `AUTH_SECRET="${old}\nsecond line"\n`, `A="\nAUTH_SECRET=${old}\n"\n`])
    it(`changes nothing where a value has several lines or an open quote: ${JSON.stringify(text)} (S57)`, async () => {
      await writeFile(env, text)
      const { code, stderr } = await secret("--rotate")
      const after = parseEnv(await read())
      if (code === 0) expect(after).to.deep.include(parseEnv(text))
      else {
        expect(stderr).to.include("cannot be changed safely").and.not.include(old)
        expect(await read()).to.equal(text)
      }
      expect(await readdir(folder)).to.deep.equal([".env"])
    })

  for (const encoding of ["latin1", "utf16le"] as const)
    it(`refuses a .env in ${encoding}, whose characters it would destroy (S57)`, async () => {
      const before = Buffer.from("\ufeffPASSWORD=p\u00e4ss\n".slice(encoding === "latin1" ? 1 : 0), encoding)
      await writeFile(env, before)
      const { code, stderr } = await secret()
      expect(code).to.equal(1)
      expect(stderr).to.include("UTF-8").and.not.include("PASSWORD")
      expect(await readFile(env)).to.deep.equal(before)
    })

  it("keeps a byte order mark", async () => {
    await writeFile(env, "\ufeff# mine\nA=1\n")
    expect((await secret()).code).to.equal(0)
    expect(await read()).to.match(/^\ufeff# mine\nA=1\nAUTH_SECRET=[\w-]{44}\n$/)
  })

  it("refuses a .env that git tracks, and names the way out (S57)", async () => {
    git("init", "-q")
    await writeFile(env, "A=1\n")
    git("add", ".env")
    const { code, stderr } = await secret()
    expect(code).to.equal(1)
    expect(stderr).to.include("git rm --cached .env")
    expect(await read()).to.equal("A=1\n")
  })

  it("warns of a .env that git does not ignore, and only of that", async () => {
    git("init", "-q")
    expect((await secret()).stderr).to.include("add it to .gitignore")
    await writeFile(join(folder, ".gitignore"), ".env\n")
    expect((await secret("--rotate")).stderr).to.equal("")
  })

  it("executes nothing that a repository's configuration names (S57)", async () => {
    git("init", "-q")
    await writeFile(join(folder, "evil"), `#!/bin/sh\ntouch "${join(folder, "executed")}"\n`)
    await chmod(join(folder, "evil"), 0o755)
    for (const key of ["core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "alias.ls-files"])
      git("config", key, join(folder, "evil"))
    expect((await secret()).code).to.equal(0)
    expect(existsSync(join(folder, "executed"))).to.equal(false)
  })

  it("says plainly that a folder cannot be written", async () => {
    const { code, stderr } = await secret("--file", "no/such/folder/.env")
    expect(code).to.equal(1)
    expect(stderr).to.include("ENOENT").and.not.include("    at ")
  })
})
