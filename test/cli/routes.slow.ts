import { expect } from "chai"
import { listRoutes } from "../../lib/cli/routes.js"
import { actionNames } from "../../lib/http/action-path.js"
import { findRoute } from "../../lib/routes.js"
import { createFolder, runCli } from "../support/run-cli.js"

describe("npx express-authjs routes", () => {
  let folder: string
  let remove: () => Promise<void>

  before(async () => ({ folder, remove } = await createFolder()))
  after(() => remove())

  it("lists every action, only with paths and methods that it has", () => {
    const listed = listRoutes()
    expect(new Set(listed.map(({ path }) => path.split("/")[1]))).to.deep.equal(
      new Set([undefined, ...Object.keys(actionNames)]),
    )
    for (const { path, methods } of listed) {
      expect(methods, path).to.not.be.empty
      for (const method of methods) expect(findRoute(path, method), `${method} ${path}`).to.be.a("function")
    }
  })

  it("prints them with their methods, aligned", async () => {
    const { code, stdout } = await runCli(folder, ["routes"])
    expect(code).to.equal(0)
    expect(stdout).to.match(/^ {2}GET POST {2}\/auth\/signin\/:provider +the sign-in page/m)
    expect(stdout).to.match(/^ {2}POST {6}\/auth\/unlink\/:provider +removes/m)
    expect(stdout).to.match(/^ {2}GET {7}\/auth\/signout\/callback /m)
    const columns = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.indexOf("/auth"))
    expect(new Set(columns).size).to.equal(1)
  })

  it("prints them as JSON, and below another mount", async () => {
    const { stdout } = await runCli(folder, ["routes", "--json", "--mount", "/account/"])
    const [mount, first] = JSON.parse(stdout)
    expect(mount).to.include({ path: "/account" })
    expect(first)
      .to.include({ path: "/account/signin" })
      .and.deep.include({ methods: ["GET", "POST"] })
    expect((await runCli(folder, ["routes", "--mount", "account"])).code).to.equal(2)
  })
})
