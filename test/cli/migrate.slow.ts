import { existsSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect } from "chai"
import { database, pending, sql } from "express-authjs/database"
import Database from "libsql"
import { createFolder, runCli } from "../support/run-cli.js"

const env = { AUTH_DATABASE_URL: "sqlite:./auth.db" }

describe("npx express-authjs migrate", () => {
  let folder: string
  let remove: () => Promise<void>

  beforeEach(async () => ({ folder, remove } = await createFolder()))
  afterEach(() => remove())

  const migrate = (...args: string[]) => runCli(folder, ["migrate", ...args], env)

  it("prints what is missing, creates no file, and exits with 1", async () => {
    const { code, stdout } = await migrate()
    expect(code).to.equal(1)
    expect(stdout)
      .to.include('create table "users"')
      .and.match(/statements are missing: npx express-authjs migrate apply\n$/)
    expect(existsSync(join(folder, "auth.db"))).to.equal(false)
  })

  it("creates what is missing with apply, once, and then has nothing to say", async () => {
    const first = await migrate("apply")
    expect(first.code).to.equal(0)
    expect(first.stdout).to.match(/✓ Ran \d+ statements\.\n$/)
    const db = database(`sqlite:${join(folder, "auth.db")}`)
    expect(await pending(db)).to.deep.equal([])
    await db.close()
    for (const args of [["apply"], ["status"], []])
      expect(await migrate(...args)).to.deep.equal({ code: 0, stdout: "✓ Nothing is missing.\n", stderr: "" })
  })

  it("reads AUTH_DATABASE_URL from .env, unless --url or --env-file names another", async () => {
    await writeFile(join(folder, ".env"), "AUTH_DATABASE_URL=sqlite:./a.db\n")
    await writeFile(join(folder, ".env.test"), "AUTH_DATABASE_URL=sqlite:./b.db\n")
    for (const args of [[], ["--env-file", ".env.test"], ["--url", "sqlite:./c.db"]])
      expect((await runCli(folder, ["migrate", "apply", ...args])).code).to.equal(0)
    for (const name of ["a.db", "b.db", "c.db"]) expect(existsSync(join(folder, name)), name).to.equal(true)
  })

  it("prints the whole schema with sql, also for a dialect without a database", async () => {
    const { stdout } = await migrate("sql", "--dialect", "postgres", "--names", "snake_case")
    expect(stdout).to.equal(sql("postgres", { names: "snake_case" }))
    expect((await migrate("sql")).stdout).to.equal(sql("sqlite"))
  })

  it("says what is missing without a database, and exits with 1", async () => {
    const { code, stderr } = await runCli(folder, ["migrate"])
    expect(code).to.equal(1)
    expect(stderr).to.include("set AUTH_DATABASE_URL")
  })

  it("lists what does not fit in existing tables, without a stack, and changes nothing", async () => {
    const file = new Database(join(folder, "auth.db"))
    file.exec("create table users (id text primary key, email blob not null, plan text not null)")
    file.close()
    for (const action of ["status", "apply"]) {
      const { code, stdout, stderr } = await migrate(action)
      expect([code, stdout]).to.deep.equal([1, ""])
      expect(stderr).to.include("The tables do not fit:\n- ").and.not.include("    at ")
    }
  })

  it("refuses an unknown action, names or dialect, with code 2", async () => {
    for (const args of [
      ["up"],
      ["status", "--names", "x"],
      ["sql", "--dialect", "x"],
      ["apply", "--dialect", "sqlite"],
    ])
      expect((await migrate(...args)).code, args.join(" ")).to.equal(2)
    expect(existsSync(join(folder, "auth.db"))).to.equal(false)
  })
})
