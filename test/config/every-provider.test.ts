import { readdir } from "node:fs/promises"
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import type { Provider } from "@auth/core/providers"
import { expect } from "chai"
import { providerVariable, readEnvironment } from "../../lib/config/env.js"
import { requireCredentials } from "../../lib/config/require-credentials.js"
import { isOAuthProvider, resolveProviders } from "../../lib/config/resolve-providers.js"
import { recordingLogger } from "../support/recording-logger.js"

/** Modules that are no provider for `AUTH_{PROVIDER}_ID`, `_SECRET` and `_ISSUER`, and why. */
const others: Readonly<Record<string, string>> = {
  credentials: "asks the app's own authorize()",
  email: "needs `server`, the address of a mail server",
  index: "declares types",
  netsuite: "needs the account id its addresses are made of",
  nodemailer: "needs `server`, the address of a mail server",
  oauth: "declares types",
  "oauth-types": "declares types",
  passkey: "needs the package @simplewebauthn/server",
  "provider-types": "declares types",
  webauthn: "needs the package @simplewebauthn/server",
}

const folder = dirname(fileURLToPath(import.meta.resolve("@auth/core/providers/github")))
const modules = (await readdir(folder))
  .filter((file) => file.endsWith(".js"))
  .map((file) => file.slice(0, -3))

describe("every provider of Auth.js", () => {
  it("is tested here, or listed with the reason", () => {
    expect(modules).to.have.length.above(80)
    expect(
      Object.keys(others).filter((name) => !modules.includes(name) && !name.endsWith("types")),
    ).to.deep.equal([])
  })

  for (const name of modules.filter((module) => !(module in others))) {
    it(`${name} is set up from its variables alone`, async () => {
      const { default: provider } = (await import(`@auth/core/providers/${name}`)) as { default: Provider }
      const { resolved, warnings } = setUp(provider)
      const needsSender = resolved.type === "email" && name !== "loops"
      expect(warnings.map(([code]) => code)).to.deep.equal(needsSender ? ["mail-from"] : [])
      if (resolved.type === "email") return expect(resolved.apiKey).to.equal("the key")
      if (!isOAuthProvider(resolved)) throw new Error(`${name} is of the type ${resolved.type}`)
      expect(resolved.clientId).to.equal("the id")
      expect(resolved.clientSecret).to.equal("the secret")
      expect(resolved.checks).to.include("state")
    })
  }
})

function setUp(provider: Provider) {
  const id = typeof provider === "function" ? provider({}).id : provider.id
  const prefix = providerVariable(id)
  const { logger, warnings } = recordingLogger()
  const variables = {
    [`${prefix}_ID`]: "the id",
    [`${prefix}_SECRET`]: "the secret",
    [`${prefix}_ISSUER`]: "https://idp.example",
    [`${prefix}_KEY`]: "the key",
  }
  const [resolved] = resolveProviders([provider], readEnvironment(variables), logger)
  if (!resolved) throw new Error("Nothing was resolved")
  requireCredentials([resolved], readEnvironment(variables), { origin: undefined, basePath: undefined })
  return { resolved, warnings }
}
