import { expect } from "chai"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { csrfOf, useAuthApps } from "../support/auth-apps.js"
import { createMailbox } from "../support/mailbox.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

describe("S2: junk in the address of a mailed link", () => {
  const { start } = useAuthApps()

  for (const email of ["ada\0@example.com", "\0", "", "x".repeat(5000), undefined])
    it(`is a link that does not work, not a database that does not: ${JSON.stringify(email)?.slice(0, 30)}`, async () => {
      const adapter = createExtendedAdapter()
      const { useVerificationToken } = adapter
      adapter.useVerificationToken = async (row) => {
        if (row.identifier?.includes("\0")) throw new Error("invalid byte sequence for encoding UTF8: 0x00")
        return useVerificationToken(row)
      }
      const { url, logs } = await start({ adapter, providers: [createMailbox().provider] })
      const agent = new UserAgent()
      const form = { csrfToken: await csrfOf(agent, url), token: "x", ...(email !== undefined && { email }) }
      const answer = await agent.post(`${url}/auth/callback/email`, form)
      expect(redirectTarget(answer)).to.include("error=Verification")
      expect(logs.filter(({ level }) => level === "error")).to.deep.equal([])
    })
})
