import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { resolveConfig } from "../../lib/config/resolve-config.js"
import { captureLogs, type LogLine } from "../support/auth-apps.js"
import { createMailbox } from "../support/mailbox.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"

const client = { clientId: "id", clientSecret: "s", issuer: "https://sso.example.com" }
const password = Credentials({ credentials: { password: {} }, authorize: () => null })
const mail = () => createMailbox().provider
const sso = { id: "sso", name: "SSO", type: "oidc", ...client } as const

function isWarned(config: ExpressAuthConfig): boolean {
  const logs: LogLine[] = []
  const secret = "a secret of at least thirty-two characters"
  resolveConfig({ adapter: createMemoryAdapter(), secret, logger: captureLogs(logs), ...config })
  return logs.some(({ text }) => text === "first-proof")
}

describe("warnOfUnprovenPasswords", () => {
  it("S33: warns where a password outlives the proof of its address", () => {
    expect(isWarned({ providers: [password, mail()] })).to.equal(true)
    const trusted = { ...sso, allowDangerousEmailAccountLinking: true }
    expect(isWarned({ providers: [password, trusted] })).to.equal(true)
  })

  it("is silent where the app removes it, or nothing is proven, or there is none", () => {
    expect(isWarned({ providers: [password, mail()], callbacks: { firstProof: () => {} } })).to.equal(false)
    expect(isWarned({ providers: [password, sso] })).to.equal(false)
    expect(isWarned({ providers: [mail()] })).to.equal(false)
  })
})
