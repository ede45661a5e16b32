import type { Adapter } from "@auth/core/adapters"
import { expect } from "chai"
import { checkAdapter, requireAdapterMethods } from "../../lib/config/check-adapter.js"
import { configErrorOf } from "../support/config-error.js"

function adapter(...methods: string[]): Adapter {
  return Object.fromEntries(methods.map((method) => [method, async () => null]))
}

const users = ["createUser", "getUser", "getUserByEmail", "getUserByAccount", "linkAccount"]
const sessions = ["createSession", "getSessionAndUser", "updateSession", "deleteSession"]
const mail = ["createVerificationToken", "useVerificationToken", "getUserByEmail", "createUser", "updateUser"]

describe("checkAdapter", () => {
  it("needs none for JWT sessions with OAuth or credentials", () => {
    expect(() => checkAdapter(undefined, "jwt", new Set(["oauth", "oidc", "credentials"]))).not.to.throw()
  })

  it("names what needs a database", () => {
    expect(configErrorOf(() => checkAdapter(undefined, "database", new Set()))).to.include("session.strategy")
    expect(configErrorOf(() => checkAdapter(undefined, "jwt", new Set(["email"])))).to.match(
      /^ERR_AUTH_MISSING_ADAPTER: Sign-in by e-mail needs a database/,
    )
    expect(configErrorOf(() => checkAdapter(undefined, "jwt", new Set(["webauthn"])))).to.include(
      "Sign-in by passkey",
    )
  })

  it("names every method that is missing", () => {
    const message = configErrorOf(() => checkAdapter(adapter(...users), "database", new Set()))
    expect(message).to.match(/^ERR_AUTH_ADAPTER_METHOD/)
    for (const method of sessions) expect(message).to.include(`adapter.${method}()`)
    expect(
      configErrorOf(() => checkAdapter(adapter(...mail.slice(1)), "jwt", new Set(["email"]))),
    ).to.include("needs adapter.createVerificationToken(), which")
    expect(configErrorOf(() => checkAdapter(adapter(), "jwt", new Set(["oidc"])))).to.include(
      "adapter.linkAccount()",
    )
  })

  it("is content with what is needed", () => {
    expect(() => checkAdapter(adapter(...users, ...sessions), "database", new Set(["oauth"]))).not.to.throw()
    expect(() => checkAdapter(adapter(...mail), "jwt", new Set(["email"]))).not.to.throw()
    expect(() => checkAdapter(adapter(), "jwt", new Set(["credentials"]))).not.to.throw()
  })

  it("finds the methods of a class", () => {
    class Mine {
      async listSessions() {
        return []
      }
    }
    expect(() =>
      requireAdapterMethods(new Mine() as Adapter, "The account page", ["listSessions"]),
    ).not.to.throw()
    expect(
      configErrorOf(() => requireAdapterMethods(new Mine() as Adapter, "The page", ["listAccounts"])),
    ).to.include("The page needs adapter.listAccounts()")
  })
})
