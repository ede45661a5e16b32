import { expect } from "chai"
import { findNameFields, isSecretField } from "../../lib/config/credentials-fields.js"

describe("findNameFields", () => {
  const rows: [fields: Parameters<typeof findNameFields>[0], names: string[]][] = [
    [{ username: {}, password: {} }, ["username"]],
    [{ company: {}, user: {}, password: {} }, ["user"]],
    [{ tenant: { type: "hidden" }, nr: { label: "Number" } as object, pass: { type: "password" } }, ["nr"]],
    [{ who: {}, handle: { autocomplete: "section-a username" }, password: {} }, ["handle"]],
    [{ remember: { type: "checkbox" }, E_MAIL: { type: "EMAIL" }, name: {} }, ["E_MAIL"]],
    [{ pin: {}, token: { type: "password" } }, []],
    [{ username: {}, email: {}, password: {} }, ["username", "email"]],
    [{ account: { autocomplete: "organization" }, login: { autocomplete: "off" }, pass: {} }, ["login"]],
    [{}, []],
  ]
  for (const [fields, names] of rows)
    it(`finds ${names.join(" and ") || "none"} in ${JSON.stringify(fields)}`, () =>
      expect(findNameFields(fields)).to.deep.equal(names))
})

describe("isSecretField", () => {
  it("knows a secret by its type, its name and what browsers fill in", () => {
    const secrets = [
      ["x", { type: "password" }],
      ["password", {}],
      ["PIN", {}],
      ["code", { autocomplete: "one-time-code" }],
      ["x", { type: "hidden" }],
    ] as const
    for (const [name, field] of secrets) expect(isSecretField(name, field), name).to.equal(true)
    for (const name of ["username", "spinning", "company"]) expect(isSecretField(name, {})).to.equal(false)
  })
})
