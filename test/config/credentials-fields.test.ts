import { expect } from "chai"
import { findNameField, isSecretField } from "../../lib/config/credentials-fields.js"

describe("findNameField", () => {
  const rows: [fields: Parameters<typeof findNameField>[0], name: string | undefined][] = [
    [{ username: {}, password: {} }, "username"],
    [{ company: {}, user: {}, password: {} }, "user"],
    [{ tenant: { type: "hidden" }, nr: { label: "Number" } as object, pass: { type: "password" } }, "nr"],
    [{ who: {}, handle: { autocomplete: "section-a username" }, password: {} }, "handle"],
    [{ remember: { type: "checkbox" }, E_MAIL: { type: "EMAIL" }, name: {} }, "E_MAIL"],
    [{ pin: {}, token: { type: "password" } }, undefined],
    [{}, undefined],
  ]
  for (const [fields, name] of rows)
    it(`finds ${name ?? "none"} in ${JSON.stringify(fields)}`, () =>
      expect(findNameField(fields)).to.equal(name))
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
