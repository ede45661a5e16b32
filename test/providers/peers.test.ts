import { readdir, readFile } from "node:fs/promises"
import coreEmail from "@auth/core/providers/email"
import coreNodemailer from "@auth/core/providers/nodemailer"
import corePasskey from "@auth/core/providers/passkey"
import * as coreWebAuthn from "@auth/core/providers/webauthn"
import { expect } from "chai"
import Email from "express-authjs/providers/email"
import Nodemailer from "express-authjs/providers/nodemailer"
import Passkey from "express-authjs/providers/passkey"
import * as WebAuthn from "express-authjs/providers/webauthn"
import { peerVersions } from "../../lib/providers/explain-missing.js"

/** Options that replace defaults. */
const own = { name: "Ours", from: "login@example.com", authenticationOptions: { timeout: 1 }, id: "own" }

describe("the providers that need optional packages", () => {
  it("are the same as core's, but for functions", () => {
    const server = "smtp://localhost"
    for (const config of [{ server }, { ...own, server }]) {
      expect(comparable(Nodemailer(config))).to.deep.equal(comparable(coreNodemailer(config)))
      expect(comparable(Email(config))).to.deep.equal(comparable(coreEmail(config)))
    }
    for (const config of [
      {},
      own,
      { relayingParty: { id: "example.com" }, formFields: {} },
      undefined as never,
    ]) {
      expect(comparable(Passkey(config))).to.deep.equal(comparable(corePasskey(config)))
      expect(comparable(WebAuthn.default(config))).to.deep.equal(comparable(coreWebAuthn.default(config)))
    }
  })

  it("have the names of core's modules, and the functions of the package", () => {
    const { default: ours, ...names } = WebAuthn
    const { default: core, ...coreNames } = coreWebAuthn
    expect(names).to.deep.equal(coreNames)
    const functions = Object.entries(ours({}).simpleWebAuthn).map(([name, { name: inner }]) => [name, inner])
    expect(functions).to.deep.equal(
      Object.entries(core({}).simpleWebAuthn).map(([name, { name: inner }]) => [name, inner]),
    )
  })

  it("name the same relying party, of one value, of several, or of the URL", () => {
    const url = new URL("https://app.example.com:8443/auth/signin")
    const several = { id: ["a.example", "b.example"], name: ["A", "B"], origin: ["https://a.example"] }
    for (const relayingParty of [undefined, {}, { id: "example.com" }, several, { name: "" }]) {
      const params = [{ provider: { relayingParty }, url }, {}] as unknown as Parameters<
        coreWebAuthn.WebAuthnConfig["getRelayingParty"]
      >
      const expected = coreWebAuthn.default({}).getRelayingParty(...params)
      expect(WebAuthn.default({}).getRelayingParty(...params)).to.deep.equal(expected)
    }
  })

  it("look users up as core's do", async () => {
    const adapter = {
      getUserByEmail: async (email: string) => (email.startsWith("ada") ? { id: "1", email } : null),
    }
    for (const email of ["ada@example.com", "bob@example.com", undefined]) {
      const params = [
        { adapter },
        { query: { email }, method: "GET" },
      ] as unknown as Parameters<coreWebAuthn.GetUserInfo>
      const expected = await coreWebAuthn.default({}).getUserInfo(...params)
      expect(await WebAuthn.default({}).getUserInfo(...params)).to.deep.equal(expected)
    }
  })

  it("are installed with the same command everywhere in the documentation", async () => {
    const docs = new URL("../../docs/", import.meta.url)
    const files = (await readdir(docs, { recursive: true })).filter((file) => file.endsWith(".md"))
    const text = (await Promise.all(files.map((file) => readFile(new URL(file, docs), "utf8")))).join("\n")
    for (const [name, version] of Object.entries(peerVersions)) {
      const commands = text.match(new RegExp(`npm install [^\`]*${name}[^\`]*`, "g"))
      expect(new Set(commands)).to.deep.equal(new Set([`npm install ${name}@${version}`]))
    }
  })

  it("name versions to install that package.json and core accept", async () => {
    for (const folder of ["", "node_modules/@auth/core/"]) {
      const file = new URL(`../../${folder}package.json`, import.meta.url)
      const { peerDependencies } = JSON.parse(await readFile(file, "utf8"))
      for (const [name, version] of Object.entries(peerVersions))
        expect(peerDependencies[name].split(" ").at(-1)).to.match(new RegExp(`^\\^${version}\\.`))
    }
  })
})

/** Functions count as present only; what they do is compared elsewhere. */
function comparable(provider: object): unknown {
  return JSON.parse(
    JSON.stringify(provider, (_, value) => (typeof value === "function" ? "function" : value)),
  )
}
