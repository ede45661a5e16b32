import { expect } from "chai"
import type { ScratchProject } from "./scratch-project.js"
import { usePackage } from "./use-package.js"

describe("a database of the installed package", () => {
  const { install } = usePackage()

  describe("without Kysely and drivers", () => {
    let project: ScratchProject

    before(async () => {
      project = await install()
    })

    it("fails when it is opened, with the whole command to run", async () => {
      const { stdout } = await project.node("databases.mjs")
      const missing = (user: string, name: string, command: string) =>
        `ERR_AUTH_INVALID_OPTION: ${user} needs the package ${name}, which is not installed: npm install ${command}`
      expect(JSON.parse(stdout)).to.deep.equal({
        sqlite: missing('A database of "sqlite:"', "kysely", "kysely libsql"),
        postgres: missing('A database of "postgres:"', "kysely", "kysely pg"),
        mariadb: missing('A database of "mariadb:"', "kysely", "kysely mysql2"),
        mssql: missing('A database of "mssql:"', "kysely", "kysely tedious tarn"),
        mongodb: missing('A database of "mongodb:"', "mongodb", "mongodb"),
        pool: missing("express-authjs/database", "kysely", "kysely"),
        sql: missing("express-authjs/database", "kysely", "kysely"),
      })
    })
  })

  // The newer one is an ES module only.
  for (const version of ["^0.28.18", "^0.29.9"]) {
    describe(`with Kysely ${version} and libsql`, () => {
      let project: ScratchProject

      before(async () => {
        project = await install({
          express: "^5.1.0",
          kysely: version,
          libsql: "^0.5.29",
        })
      })

      for (const file of ["sqlite.mjs", "sqlite.cjs"])
        it(`keeps a user from ${file}`, async () => {
          const { stdout } = await project.node(file)
          expect(JSON.parse(stdout)).to.deep.equal({ email: "ada@example.com", sql: true })
        })
    })
  }
})
