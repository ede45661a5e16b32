import { expect } from "chai"
import { toAppUser } from "../../lib/passport/app-user.js"

const nothingMore = { name: null, email: null, image: null }

describe("a user object of the app's", () => {
  const rows: [string, object, object][] = [
    [
      "is taken as it is",
      { id: "1", name: "Ada", role: "admin" },
      { ...nothingMore, id: "1", name: "Ada", role: "admin" },
    ],
    ["may have a number as id", { id: 0 }, { ...nothingMore, id: "0" }],
    [
      "may have a large number as id",
      { id: 12345678901234567890n },
      { ...nothingMore, id: "12345678901234567890" },
    ],
    [
      "may be a profile of Passport's",
      { id: "1", displayName: "Ada", name: { givenName: "A" } },
      { ...nothingMore, id: "1", displayName: "Ada", name: "Ada" },
    ],
    [
      "shows no parts of a name, nor lists of addresses",
      { id: "1", name: { givenName: "A" }, email: ["ada@example.com"], image: {} },
      { ...nothingMore, id: "1" },
    ],
  ]
  for (const [what, user, expected] of rows) it(what, () => expect(toAppUser(user)).to.deep.equal(expected))

  it("may be a model, whose columns are getters", () => {
    class Model {
      readonly dataValues = { id: 7, name: "Ada", email: "ada@example.com", role: "admin" }
      get id() {
        return this.dataValues.id
      }
      get name() {
        return this.dataValues.name
      }
      get email() {
        return this.dataValues.email
      }
      toJSON() {
        return { ...this.dataValues }
      }
    }
    expect(toAppUser(new Model())).to.deep.equal({
      ...{ id: "7", name: "Ada", email: "ada@example.com", image: null, role: "admin" },
    })
  })

  for (const user of [undefined, null, "ada", 7, {}, { id: {} }, { id: [] }, { id: Symbol("x") }, { id: "" }])
    it(`needs an id: ${String(Object(user).id)} of ${typeof user}`, () => {
      expect(() => toAppUser(user))
        .to.throw("expected a non-empty string or a number")
        .with.property("code", "ERR_AUTH_LOGIN")
    })
})
