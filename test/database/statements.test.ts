import { expect } from "chai"
import type { Dialect } from "express-authjs/database"
import { resolveSchema, type SchemaOptions } from "../../lib/database/names.js"
import { Statements } from "../../lib/database/statements.js"

const statementsOf = (dialect: Dialect, options: SchemaOptions = {}) =>
  new Statements(resolveSchema(dialect, options))

describe("Statements", () => {
  it("compiles each statement once", () => {
    const statements = statementsOf("postgres")
    expect(statements.select("users", ["id"])).to.equal(statements.select("users", ["id"]))
    expect(statements.select("users", ["id"])).to.not.equal(statements.select("users", ["email"]))
  })

  it("reads a session and its user by one join", () => {
    const { sql, inputs } = statementsOf("postgres").selectWithUser("sessions", ["sessionToken"])
    expect(sql).to.match(
      /^select .* from "sessions" as "r" inner join "users" as "u" on "r"."userId" = "u"."id" where/,
    )
    expect(sql).to.match(/where "r"."sessionToken" = \$1$/)
    expect(inputs.map(({ field }) => field)).to.deep.equal(["sessionToken"])
  })

  it("takes a row by one statement wherever the database can", () => {
    const by = ["identifier", "token"]
    const take = (dialect: Dialect) => statementsOf(dialect).take("verificationTokens", by).sql
    expect(take("sqlite")).to.match(/^delete from "verification_token" where .* returning "identifier" as /)
    expect(take("postgres")).to.include('(extract(epoch from "expires") * 1000)::float8 as "expires"')
    expect(take("mssql")).to.equal(
      'delete from "verification_token" output "deleted"."identifier" as "identifier", "deleted"."token" as "token", ' +
        'convert(varchar(33), "deleted"."expires", 126) as "expires" where "identifier" = @1 and "token" = @2',
    )
  })

  it("reads the last rows by their key, after those that were read before", () => {
    const page = { isContinued: true, limit: 8 }
    const read = (dialect: Dialect) =>
      statementsOf(dialect)
        .selectLast("auditEvents", ["userId"], page)
        .sql.replace(/select .* from/, "select … from")
    const where = '"userId" = $1 and "eventId" < $2 order by "eventId" desc'
    expect(read("postgres")).to.equal(`select … from "express_authjs_audit" where ${where} limit 8`)
    expect(read("mysql")).to.match(/`userId` = \? and `eventId` < \? order by `eventId` desc limit 8$/)
    const all = { isContinued: false, limit: 8 }
    const { sql } = statementsOf("mssql").selectLast("auditEvents", [], all)
    expect(sql).to.match(
      /^select top \(8\) "eventId" as .* from "express_authjs_audit" order by "eventId" desc$/,
    )
  })

  it("inserts a row or changes it by one statement", () => {
    const fields = ["key", "revokedAt"]
    const write = (dialect: Dialect) =>
      statementsOf(dialect, { names: { revocations: "r1" } }).insertOr("revocations", fields, {
        greatest: ["revokedAt"],
      }).sql
    expect(write("postgres")).to.equal(
      'insert into "r1" as "r" ("key", "revokedAt") values ($1, $2) on conflict ("key") do update set "revokedAt" = ' +
        'case when "excluded"."revokedAt" > "r"."revokedAt" then "excluded"."revokedAt" else "r"."revokedAt" end',
    )
    expect(write("mysql")).to.include("on duplicate key update `revokedAt` = case when values(`revokedAt`) >")
    expect(write("mssql")).to.equal(
      'merge into "r1" with (holdlock) as "r" using (values (@1, @2)) as "excluded" ("key", "revokedAt") ' +
        'on "r"."key" = "excluded"."key" when matched then update set "revokedAt" = ' +
        'case when "excluded"."revokedAt" > "r"."revokedAt" then "excluded"."revokedAt" else "r"."revokedAt" end ' +
        'when not matched then insert ("key", "revokedAt") values ("excluded"."key", "excluded"."revokedAt");',
    )
  })

  it("counts by one statement, under a condition wherever the database has one", () => {
    const write = (dialect: Dialect) => statementsOf(dialect, { names: { limits: "l" } }).countUp()
    const names = (dialect: Dialect) => write(dialect).inputs.map(({ field, as }) => as ?? field)
    expect(write("postgres").sql).to.equal(
      'insert into "l" as "r" ("key", "count", "expires") values ($1, 1, $2) on conflict ("key") do update set ' +
        '"count" = case when "r"."expires" <= $3 then 1 else "r"."count" + 1 end, ' +
        '"expires" = case when "r"."expires" <= $4 then "excluded"."expires" else "r"."expires" end ' +
        'where "r"."expires" <= $5 or "r"."count" < $6',
    )
    expect(names("postgres")).to.deep.equal(["key", "expires", "now", "now", "now", "limit"])
    expect(write("mysql").sql).to.equal(
      "insert into `l` (`key`, `count`, `expires`) values (?, 1, ?) on duplicate key update `count` = case " +
        "when `expires` <= ? then 1 when `count` < ? then `count` + 1 else `count` + 0 * last_insert_id(1) end, " +
        "`expires` = case when `expires` <= ? then values(`expires`) else `expires` end",
    )
    expect(write("mssql").sql).to.equal(
      'merge into "l" with (holdlock) as "r" using (values (@1, 1, @2)) as "excluded" ("key", "count", "expires") ' +
        'on "r"."key" = "excluded"."key" when matched and ("r"."expires" <= @3 or "r"."count" < @4) then update set ' +
        '"count" = case when "r"."expires" <= @5 then 1 else "r"."count" + 1 end, ' +
        '"expires" = case when "r"."expires" <= @6 then "excluded"."expires" else "r"."expires" end ' +
        'when not matched then insert ("key", "count", "expires") values ("excluded"."key", "excluded"."count", "excluded"."expires");',
    )
    expect(names("mssql")).to.deep.equal(["key", "expires", "now", "limit", "now", "now"])
  })

  it("inserts a row or leaves it as it is", () => {
    const write = (dialect: Dialect) => statementsOf(dialect).insertOr("locks", ["key"], "keep").sql
    expect(write("sqlite")).to.match(/ on conflict \("key"\) do nothing$/)
    expect(write("mysql")).to.match(/^insert ignore into /)
    expect(write("mssql")).to.not.include("when matched")
  })

  it("asks for the id that the database made", () => {
    const insert = (dialect: Dialect) =>
      statementsOf(dialect, { ids: "database" }).insert("users", ["email"]).sql
    expect(insert("sqlite")).to.equal('insert into "users" ("email") values (?) returning "id" as "id"')
    expect(insert("mssql")).to.equal(
      'insert into "users" ("email") output "inserted"."id" as "id" values (@1)',
    )
    expect(insert("mysql")).to.equal("insert into `users` (`email`) values (?)")
  })

  it("quotes names, whatever they are", () => {
    const names = { users: 'auth.u`s"er', columns: { email: 'e`m"ail' } } as const
    expect(statementsOf("postgres", { names }).remove("users", ["email"]).sql).to.equal(
      'delete from "auth"."u`s""er" where "e`m""ail" = $1',
    )
    expect(statementsOf("mysql", { names }).remove("users", ["email"]).sql).to.equal(
      'delete from `auth`.`u``s"er` where `e``m"ail` = ?',
    )
  })

  it("refuses a field that no column is known for", () => {
    expect(() => statementsOf("sqlite").select("users", ["password"])).to.throw('has no field "password"')
  })
})
