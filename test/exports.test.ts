import { readdir, readFile } from "node:fs/promises"
import { expect } from "chai"
import * as index from "express-authjs"
import * as adapters from "express-authjs/adapters"
import * as errors from "express-authjs/errors"
import * as jwt from "express-authjs/jwt"

/** What can be imported. A name that goes is a breaking change, one that comes needs documentation. */
const names = {
  ".": [
    "AuthError",
    "ConfigError",
    "CredentialsSignin",
    "ExpressAuth",
    "ExpressAuthError",
    "customFetch",
    "getCsrfToken",
    "getSession",
    "memoryRevocation",
    "requireAuth",
    "session",
    "sessionsOf",
    "signIn",
    "signOut",
    "signed",
    "updateSession",
  ],
  "./adapters": [],
  "./errors": [
    "AccessDenied",
    "AdapterError",
    "AuthError",
    "CallbackRouteError",
    "ConfigError",
    "CredentialsSignin",
    "ExpressAuthError",
    "OAuthAccountNotLinked",
    "OAuthCallbackError",
    "Verification",
  ],
  "./jwt": ["decode", "encode", "getToken", "signed", "verifySession"],
}

const modules: Record<keyof typeof names, object> = {
  ".": index,
  "./adapters": adapters,
  "./errors": errors,
  "./jwt": jwt,
}

describe("what the package exports", () => {
  for (const [path, expected] of Object.entries(names)) {
    it(`has these names in ${path}`, () => {
      const found = Object.keys(modules[path as keyof typeof names]).sort()
      expect(found).to.deep.equal(expected)
    })
  }

  it("has these subpaths", async () => {
    const { exports } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"))
    expect(Object.keys(exports).sort()).to.deep.equal(
      [...Object.keys(names), "./package.json", "./providers/*"].sort(),
    )
  })

  it("has every provider of @auth/core, under the same name", async () => {
    const source = new URL("../node_modules/@auth/core/providers/", import.meta.url)
    const files = (await readdir(source)).filter(
      (file) => file.endsWith(".js") && !/^(index|oauth-types)\./.test(file),
    )
    expect(files).to.have.lengthOf.above(80)
    for (const file of files) {
      const name = file.replace(".js", "")
      const ours: object = await import(`express-authjs/providers/${name}`)
      const theirs: object = await import(`@auth/core/providers/${name}`)
      expect(Object.keys(ours), name).to.deep.equal(Object.keys(theirs))
    }
  })

  it("has what @auth/express has", async () => {
    expect(index).to.include.all.keys(Object.keys(await import("@auth/express")))
  })
})
