import { expect } from "chai"
import { sessionOf, UserAgent } from "../support/auth-apps.js"
import { failureOf, usePasskeyApps } from "../support/passkey-apps.js"
import { signInWithPasskey } from "../support/passkey-visitor.js"
import { SoftwareAuthenticator } from "../support/software-authenticator.js"

/** How many bytes DER has for `r` and `s`, which it writes without leading zeros, and with one before a high bit. */
function lengthsOf(signature: Buffer): [r: number, s: number] {
  const r = signature[3] ?? 0
  return [r, signature[5 + r] ?? 0]
}

const shapes: [name: string, until: (signature: Buffer) => boolean][] = [
  ["a short r", (signature) => lengthsOf(signature)[0] < 32],
  ["a short s", (signature) => lengthsOf(signature)[1] < 32],
  ["an r of 31 bytes with a high bit", (signature) => lengthsOf(signature)[0] === 32 && signature[4] === 0],
  ["both of full length", (signature) => Math.min(...lengthsOf(signature)) === 33],
]

describe("acceptShortSignatures()", () => {
  const { startWithUser } = usePasskeyApps()

  for (const strategy of ["jwt", "database"] as const)
    for (const [name, until] of shapes)
      it(`lets a signature with ${name} sign in, ${strategy}`, async () => {
        const { url, device, user } = await startWithUser({ session: { strategy } })
        for (let round = 0; round < 3; round++) {
          const agent = new UserAgent()
          await signInWithPasskey(agent, url, device, { until })
          expect((await sessionOf(agent, url))?.user.id).to.equal(user.id)
        }
      })

  for (const [name, until] of shapes)
    it(`refuses a signature with ${name} that is not of the passkey's key, or not of what was signed`, async () => {
      const { url, device } = await startWithUser()
      const stranger = new SoftwareAuthenticator()
      const agent = new UserAgent()
      const byStranger = { until, credentialId: device.credentialId, counter: 99 }
      expect(failureOf(await signInWithPasskey(agent, url, stranger, byStranger))[0]).to.equal(
        "WebAuthnVerificationError",
      )
      const corrupt = (signature: Buffer) => {
        signature[10] = (signature[10] ?? 0) ^ 1
        return signature
      }
      expect(failureOf(await signInWithPasskey(agent, url, device, { until, corrupt }))[0]).to.equal(
        "WebAuthnVerificationError",
      )
      expect(await sessionOf(agent, url)).to.equal(null)
    })

  for (const [name, bytes] of [
    ["nothing", ""],
    ["no DER", "00"],
    ["DER that is cut off", "3044022000"],
    ["two zeros", "3006020100020100"],
    ["numbers longer than any curve's", `3081d202${"68"}${"7f".repeat(0x68)}02${"66"}${"7f".repeat(0x66)}`],
  ] as const)
    it(`refuses ${name} in place of a signature`, async () => {
      const { url, device } = await startWithUser()
      const agent = new UserAgent()
      const visit = await signInWithPasskey(agent, url, device, { corrupt: () => Buffer.from(bytes, "hex") })
      expect(failureOf(visit)[0]).to.equal("WebAuthnVerificationError")
      expect(await sessionOf(agent, url)).to.equal(null)
    })
})
