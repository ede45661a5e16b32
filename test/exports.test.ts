import { readdir, readFile } from "node:fs/promises"
import coreGithub from "@auth/core/providers/github"
import { expect } from "chai"
import * as index from "express-authjs"
import * as adapters from "express-authjs/adapters"
import * as client from "express-authjs/client"
import * as development from "express-authjs/development"
import * as diagnostics from "express-authjs/diagnostics"
import * as errors from "express-authjs/errors"
import * as jwt from "express-authjs/jwt"
import * as opentelemetry from "express-authjs/opentelemetry"
import * as passport from "express-authjs/passport"
import * as providers from "express-authjs/providers"
import github from "express-authjs/providers/github"
import * as redis from "express-authjs/redis"
import * as testing from "express-authjs/testing"

/** What can be imported. A name that goes is a breaking change, one that comes needs documentation. */
const names = {
  ".": [
    "AuthError",
    "ConfigError",
    "CredentialsSignin",
    "ExpressAuth",
    "ExpressAuthError",
    "accessToken",
    "auditOf",
    "customFetch",
    "getCsrfToken",
    "getSession",
    "linkAccount",
    "memoryLimiter",
    "memoryLocks",
    "memoryRevocation",
    "passkeysOf",
    "requireAuth",
    "session",
    "sessionsOf",
    "signIn",
    "signOut",
    "signed",
    "unlinkAccount",
    "updateSession",
  ],
  "./adapters": ["compose"],
  "./client": [
    "AuthClientError",
    "createClient",
    "getSession",
    "idle",
    "keepAlive",
    "onSession",
    "registerPasskey",
    "signIn",
    "signInWithPasskey",
    "signOut",
  ],
  "./development": ["DevelopmentSignIn"],
  "./diagnostics": ["diagnosticId", "onDiagnostic"],
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
    "RateLimitError",
    "Verification",
  ],
  "./jwt": ["decode", "encode", "getToken", "signed", "verifySession"],
  "./opentelemetry": ["instrument"],
  "./passport": ["PassportProvider", "authenticate", "migratePassportSession", "passport", "signInMessage"],
  "./providers": [],
  "./redis": ["redis"],
  "./testing": ["fakeProvider", "mailbox", "sessionCookies", "signedIn", "storageState"],
}

/** Providers of our own in place of core's, because they need optional packages: see test/providers/peers.test.ts. */
const withPeers = ["email", "nodemailer", "passkey", "webauthn"].map((name) => `./providers/${name}`)

/** Subpaths whose names are pinned by tests of their own. */
const others = ["./database", "./package.json", "./providers/*", "./testing/adapter", ...withPeers]

const modules: Record<keyof typeof names, object> = {
  ".": index,
  "./adapters": adapters,
  "./client": client,
  "./development": development,
  "./diagnostics": diagnostics,
  "./errors": errors,
  "./jwt": jwt,
  "./opentelemetry": opentelemetry,
  "./passport": passport,
  "./providers": providers,
  "./redis": redis,
  "./testing": testing,
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
    expect(Object.keys(exports).sort()).to.deep.equal([...Object.keys(names), ...others].sort())
  })

  it("runs no script where it is installed, of which npm would warn", async () => {
    const { scripts } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"))
    expect(scripts).to.include.keys("prepack", "dependencies")
    expect(scripts).to.not.have.any.keys("preinstall", "install", "postinstall", "prepare")
  })

  it("has every provider of @auth/core, under the same name", async () => {
    const list = async (folder: string) =>
      (await readdir(new URL(`../${folder}`, import.meta.url))).filter((file) => file.endsWith(".js")).sort()
    const ours = await list("dist/providers/")
    expect(ours).to.have.lengthOf.above(80)
    expect(ours).to.deep.equal(await list("node_modules/@auth/core/providers/"))
    expect(github).to.equal(coreGithub)
  })

  it("has what @auth/express has", async () => {
    expect(index).to.include.all.keys(Object.keys(await import("@auth/express")))
  })
})
