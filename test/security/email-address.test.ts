import { expect } from "chai"
import { csrfOf, useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { createMailbox } from "../support/mailbox.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { UserAgent } from "../support/user-agent.js"

const refused: Record<string, unknown> = {
  "U+FF20 between two addresses": "ada@example.com＠evil.example",
  "U+FF20 for the @": "ada＠example.com",
  "U+FE6B": "ada﹫example.com",
  "U+FE6B beside an @": "ada﹫evil.example@example.com",
  "quoted local part": '"ada@evil.example"@example.com',
  "a quote": 'ada"@example.com',
  "two @": "ada@evil.example@example.com",
  "a list": "ada@example.com,eve@evil.example",
  "a comma in the domain": "ada@example.com,evil.example",
  "a full-width comma": "ada@example.com，evil.example",
  "a comma in the local part": "eve,ada@example.com",
  semicolon: "ada@example.com;evil.example",
  "CR LF and a header": "ada@example.com\r\nBcc: eve.evil.example",
  "a line feed": "ada\n@example.com",
  NUL: "ada\u0000@example.com",
  "U+2028": "ada@example.com\u2028x",
  "a space": "ada lovelace@example.com",
  "an angle address": "Ada <ada@example.com>",
  "a comment": "ada(evil)@example.com",
  "HTML in the local part": "<b>ada</b>@example.com",
  "HTML in the domain": "ada@<img src=x onerror=alert(1)>",
  "an address literal": "ada@[127.0.0.1]",
  "a percent route": "ada%evil.example@",
  "an empty domain": "ada@",
  "an empty local part": "@example.com",
  "dots around": ".ada.@example.com",
  "two dots in the domain": "ada@example..com",
  nothing: "",
  "the Kelvin sign for a k (S40)": "\u212aim@example.com",
  "the Kelvin sign in the domain (S40)": "ada@\u212aelvin.example",
  "a dotless i (S40)": "m\u0131ke@example.com",
  "a dotted capital I (S40)": "M\u0130ke@example.com",
  "a long s (S40)": "\u017fam@example.com",
  "full-width letters (S40)": "ａda@example.com",
  "a ligature (S40)": "o\ufb03ce@example.com",
  "a letter in a circle (S40)": "ⓐda@example.com",
  "a mathematical letter (S40)": "𝐚da@example.com",
  "a feminine ordinal (S40)": "ªda@example.com",
  "an encoded word (S40)": "=?utf-8?q?eve=40evil.example=2c?=@example.com",
  "an encoded word in capitals (S40)": "=?UTF-8?Q?eve=40evil.example=3e=00?=foo@example.com",
  "an encoded word in the domain (S40)": "ada@=?utf-8?q?evil.example?=",
  "300 characters": `${"a".repeat(300)}@example.com`,
}

describe("S3: an address that is not plainly one address", () => {
  const { start } = useAuthApps()

  async function startWithMail(options = {}) {
    const mailbox = createMailbox(options)
    const adapter = createMemoryAdapter()
    return { ...(await start({ providers: [mailbox.provider], adapter })), mailbox, rows: adapter.rows }
  }

  for (const [what, email] of Object.entries(refused))
    it(`gets no mail: ${what}`, async () => {
      const { url, mailbox, rows, logs } = await startWithMail()
      const agent = new UserAgent()
      const page = await agent.get(`${url}/auth/signin`)
      const answer = await agent.followAll(await agent.submit(page, { fields: { email: String(email) } }))
      expect(answer.status).to.equal(200)
      expect(textOf(answer.body)).to.include("Check the address and try again")
      expect(answer.body).to.not.include("<b>ada").and.not.include("<img src=x")
      expect([mailbox.mails.length, rows.tokens.size, rows.users.size]).to.deep.equal([0, 0, 0])
      expect(logs.filter(({ level }) => level === "error")).to.deep.equal([])
    })

  for (const email of [undefined, 7, true, null, ["ada@example.com"], { toString: "x" }, { normalize: 1 }])
    it(`gets no mail: ${JSON.stringify(email)} in JSON`, async () => {
      const { url, mailbox, rows } = await startWithMail()
      const agent = new UserAgent()
      const csrfToken = await csrfOf(agent, url)
      const cookie = await agent.cookies.getCookieString(url)
      const answer = await fetch(`${url}/auth/signin/email`, {
        method: "POST",
        redirect: "manual",
        headers: { "content-type": "application/json", accept: "application/json", cookie },
        body: JSON.stringify({ csrfToken, email }),
      })
      expect(answer.status).to.equal(400)
      expect((await answer.json()).error).to.equal("EmailSignin")
      expect([mailbox.mails.length, rows.tokens.size]).to.deep.equal([0, 0])
    })

  it("gets no mail where a normalizer of the app's own lets control characters through", async () => {
    const { url, mailbox } = await startWithMail({ normalizeIdentifier: (typed: string) => typed })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    await agent.submit(page, { fields: { email: "ada@example.com\r\nBcc: eve@evil.example" } })
    expect(mailbox.mails).to.deep.equal([])
  })

  it("S40: gets no mail where a normalizer of the app's own lets an encoded word through", async () => {
    const { url, mailbox } = await startWithMail({ normalizeIdentifier: (typed: string) => typed })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    await agent.submit(page, { fields: { email: "=?utf-8?q?eve=40evil.example=2c?=@example.com" } })
    expect(mailbox.mails).to.deep.equal([])
  })

  it("gets no mail where a normalizer of the app's own throws, as Auth.js documents it", async () => {
    const normalizeIdentifier = () => {
      throw new Error("Only one email allowed")
    }
    const { url, mailbox } = await startWithMail({ normalizeIdentifier })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    const answer = await agent.followAll(await agent.submit(page, { fields: { email: "ada@example.com" } }))
    expect(new URL(answer.url).searchParams.get("error")).to.equal("EmailSignin")
    expect(mailbox.mails).to.deep.equal([])
  })

  for (const [typed, sent] of [
    ["  Ada.Lovelace+tag@EXAMPLE.com ", "ada.lovelace+tag@example.com"],
    ["o'hara@example.co.uk", "o'hara@example.co.uk"],
    ["zoë@münchen.example", "zoë@münchen.example"],
    ["zoe\u0308@mu\u0308nchen.example", "zoë@münchen.example"],
    ["straße@fußball.example", "straße@fußball.example"],
    ["\u3000ada@example.com\u00a0", "ada@example.com"],
    ["用户@例子.example", "用户@例子.example"],
    ["ada@localhost", "ada@localhost"],
  ] as const)
    it(`is not a code: ${typed}`, async () => {
      const { url, mailbox } = await startWithMail()
      const agent = new UserAgent()
      await agent.submit(await agent.get(`${url}/auth/signin`), { fields: { email: typed } })
      expect(mailbox.mails.map(({ identifier }) => identifier)).to.deep.equal([sent])
    })
})
