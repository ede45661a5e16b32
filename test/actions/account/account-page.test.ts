import { expect } from "chai"
import express from "express"
import type { ExpressAuthConfig, OutgoingMail } from "express-authjs"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import Nodemailer from "express-authjs/providers/nodemailer"
import Passkey from "express-authjs/providers/passkey"
import express4 from "express4"
import { csrfOf, sessionOf, signIn, UserAgent, useAuthApps } from "../../support/auth-apps.js"
import { textOf } from "../../support/html-form.js"
import { createMemoryAdapter } from "../../support/memory-adapter.js"

const linkIn = (mail: OutgoingMail | undefined) => /https?:\S+/.exec(mail?.text ?? "")?.[0] ?? ""

for (const strategy of ["jwt", "database"] as const) {
  const app = strategy === "jwt" ? express : (express4 as unknown as typeof express)
  describe(`the account page with ${strategy} sessions`, () => {
    const { start, demo } = useAuthApps()
    let adapter: DatabaseAdapter
    beforeEach(async () => {
      adapter = database("sqlite::memory:")
      await migrate(adapter)
    })
    afterEach(() => adapter.close())

    async function open(config: Partial<ExpressAuthConfig> = {}) {
      const mails: OutgoingMail[] = []
      const server = await start(
        {
          adapter,
          session: { strategy },
          sendMail: (mail) => mails.push(mail),
          providers: [
            demo({ authorization: { params: { prompt: "login", max_age: "60" } } }),
            demo({ id: "other", name: "Other" }),
            Passkey({}),
            Nodemailer({ server: "smtp://127.0.0.1:1", from: "a@example.com" }),
          ],
          ...config,
        },
        { express: app },
      )
      const agent = new UserAgent()
      await signIn(agent, server.url)
      const page = `${server.url}/auth/account`
      const show = () => agent.get(page)
      const submit = async (formAction: RegExp, fields: Record<string, string> = {}) =>
        agent.submit(await show(), { formAction, fields })
      const id = String((await sessionOf(agent, server.url))?.user.id)
      return { ...server, agent, page, show, submit, mails, id }
    }

    it("shows recent activity if there is an audit trail, and no one else's", async () => {
      const { show, auth, id } = await open({ audit: true })
      await auth.audit.record("data-exported", { userId: id })
      await auth.audit.record("role-changed", { userId: "another" })
      const text = textOf((await show()).body)
      expect(text).to.include("Recent activity").and.include("Signed in").and.include("data exported")
      expect(text).to.not.include("role changed")
    })

    it("shows every section that the configuration can do", async () => {
      const { show } = await open()
      const shown = await show()
      expect(shown.status).to.equal(200)
      const headings = [...shown.body.matchAll(/<h2 id="(\w+)"/g)].map(([, id]) => id)
      expect(headings).to.deep.equal(["profile", "email", "methods", "sessions", "data", "deletion"])
      expect(shown.headers.get("content-security-policy")).to.include("default-src 'none'")
      expect(shown.headers.get("cache-control")).to.include("no-store")
      const forms = [...shown.body.matchAll(/<form[^>]*method="post"[\s\S]*?<\/form>/g)]
      expect(forms).to.have.lengthOf.above(5)
      for (const [form] of forms) expect(form).to.match(/name="csrfToken" value="[0-9a-f]{64}"/)
    })

    it("sends anonymous visitors to sign in, and back", async () => {
      const { page } = await open()
      const visit = await new UserAgent().get(page)
      expect(visit.status).to.equal(302)
      const to = new URL(visit.headers.get("location") ?? "", page)
      expect(to.pathname).to.equal("/auth/signin")
      expect(to.searchParams.get("callbackUrl")).to.equal(page)
      const api = await new UserAgent({ navigate: false, headers: { accept: "application/json" } }).get(page)
      expect(api.status).to.equal(401)
    })

    it("saves the profile and says so", async () => {
      const { agent, submit, id } = await open()
      const saved = await submit(/account\/profile$/, { name: "Ada <King>" })
      expect(saved.status).to.equal(303)
      expect(saved.headers.get("location")).to.equal("/auth/account?done=profile")
      const after = await agent.follow(saved)
      expect(textOf(after.body)).to.include("Your profile is saved.")
      expect(after.body).to.include('value="Ada &lt;King&gt;"')
      expect((await adapter.getUser(id))?.name).to.equal("Ada <King>")
    })

    it("orders a name by its own script, also on a page that runs from right to left", async () => {
      const { agent, page } = await open()
      const { body } = await agent.get(page, { "accept-language": "ar" })
      expect(body).to.include('<html lang="ar" dir="rtl"')
      expect(body).to.match(/<input [^>]*name="name"[^>]* dir="auto"/)
    })

    it("refuses a bad picture and says why", async () => {
      const { agent, submit } = await open()
      const refused = await submit(/account\/profile$/, { image: "javascript:alert(1)" })
      expect(refused.status).to.equal(303)
      expect(textOf((await agent.follow(refused)).body)).to.include("not the address of a picture")
    })

    it("changes the address by mail, and undoes it by mail", async () => {
      const { agent, submit, mails, id, page } = await open()
      const asked = await submit(/account\/email$/, { email: "new@example.com" })
      expect(textOf((await agent.follow(asked)).body)).to.include("We sent a link")
      const link = linkIn(mails[0])
      const stranger = await new UserAgent().get(link)
      expect(stranger.headers.get("location")).to.include("/auth/signin")
      const confirm = await agent.get(link)
      expect(textOf(confirm.body)).to.include("new@example.com")
      expect((await adapter.getUser(id))?.email, "opening the link changes nothing").to.equal(
        "ada@example.com",
      )
      const done = await agent.submit(confirm)
      expect(textOf((await agent.follow(done)).body)).to.include("Your address is changed.")
      expect((await adapter.getUser(id))?.email).to.equal("new@example.com")
      expect((await agent.submit(await agent.get(link).then(() => confirm))).status, "again").to.equal(303)
      await adapter.updateUser({ id, emailVerified: new Date() })
      await submit(/account\/email$/, { email: "third@example.com" })
      await agent.submit(await agent.get(linkIn(mails.at(-1))))
      const owner = new UserAgent()
      const undone = await owner.submit(await owner.get(linkIn(mails.at(-1))))
      expect(textOf(undone.body)).to.include("new@example.com is the address of the account again")
      expect((await adapter.getUser(id))?.email).to.equal("new@example.com")
      expect((await agent.get(page)).status, "all sessions are ended").to.equal(302)
    })

    it("links and unlinks, but never the last way to sign in", async () => {
      const { agent, show, submit, url, id } = await open()
      const refused = await submit(/account\/unlink$/)
      expect(textOf((await agent.follow(refused)).body)).to.include("your only way to sign in")
      const linking = await agent.submit(await show(), { formAction: /link\/other$/ })
      expect(linking.status).to.be.oneOf([200, 302])
      await adapter.linkAccount({ userId: id, provider: "other", providerAccountId: "7", type: "oidc" })
      const csrfToken = await csrfOf(agent, url)
      const form = { csrfToken, provider: "other", providerAccountId: "7" }
      const unlinked = await agent.post(`${url}/auth/account/unlink`, form)
      expect(textOf((await agent.follow(unlinked)).body)).to.include("The account is unlinked.")
      expect(await adapter.listAccounts(id)).to.have.lengthOf(1)
    })

    it("renames and removes passkeys", async () => {
      const { agent, submit, id } = await open()
      await adapter.createAuthenticator(passkeyOf(id))
      await adapter.linkAccount({
        userId: id,
        provider: "passkey",
        providerAccountId: `p-${id}`,
        type: "webauthn",
      })
      const renamed = await submit(/rename-passkey$/, { name: "<i>Phone</i>" })
      const page = await agent.follow(renamed)
      expect(page.body).to.include("<bdi>&lt;i&gt;Phone&lt;/i&gt;</bdi>").and.not.to.include("<i>Phone")
      const removed = await submit(/remove-passkey$/)
      expect(textOf((await agent.follow(removed)).body)).to.include("The passkey is removed.")
      expect(await adapter.listAuthenticatorsByUserId(id)).to.deep.equal([])
    })

    it("marks this session, ends another, and all others", async () => {
      const { agent, url, show, submit } = await open()
      const [phone, desk] = [new UserAgent(), new UserAgent()]
      await signIn(phone, url)
      const listed = textOf((await show()).body)
      expect(listed).to.include("this browser").and.to.include("Chrome on Linux").and.to.include("Last used")
      await submit(/end-session$/)
      expect(await sessionOf(phone, url)).to.equal(null)
      await signIn(desk, url)
      await submit(/end-other-sessions$/)
      expect(await sessionOf(desk, url)).to.equal(null)
      expect(await sessionOf(agent, url)).to.not.equal(null)
    })

    it("downloads the user's data as a file", async () => {
      const { submit, id } = await open()
      const { headers, body, status } = await submit(/account\/data$/)
      expect(status).to.equal(200)
      expect(headers.get("content-disposition")).to.equal('attachment; filename="account.json"')
      expect(JSON.parse(body)).to.have.nested.property("user.id", id)
      expect(body).not.to.match(/access_token|refresh_token|id_token|sessionToken/)
    })

    it("deletes the account after the typed confirmation", async () => {
      const { agent, submit, id, page } = await open()
      const wrong = await submit(/account\/delete$/, { confirmation: "yes" })
      expect(textOf((await agent.follow(wrong)).body)).to.include("Your account is not deleted.")
      const gone = await submit(/account\/delete$/, { confirmation: " Delete MY account " })
      expect(textOf((await agent.follow(gone)).body)).to.include("Your account is deleted")
      expect(await adapter.getUser(id)).to.equal(null)
      expect((await agent.get(page)).status).to.equal(302)
    })

    it("shows the app's reason not to delete", async () => {
      const deleteAccount = () => "Return <b>your</b> books first."
      const { submit, id } = await open({ callbacks: { deleteAccount } })
      const kept = await submit(/account\/delete$/, { confirmation: "delete my account" })
      expect(kept.status).to.equal(403)
      expect(kept.body).to.include("Return &lt;b&gt;your&lt;/b&gt; books first.")
      expect(await adapter.getUser(id)).to.not.equal(null)
    })

    it("S59: answers 404 to ids of another user on every route, as to ids of none", async () => {
      const { agent, url, page, mails } = await open()
      const grace = new UserAgent()
      await signIn(grace, url, { name: "Grace Hopper" })
      const hers = String((await sessionOf(grace, url))?.user.id)
      await adapter.createAuthenticator(passkeyOf(hers))
      const [session] = await (await import("express-authjs"))
        .sessionsOf({ ...sharedConfig(), adapter, session: { strategy } })
        .list(hers)
      const [account] = await adapter.listAccounts(hers)
      await grace.submit(await grace.get(page), {
        formAction: /account\/email$/,
        fields: { email: "g@example.com" },
      })
      const token = new URL(linkIn(mails.at(-1))).searchParams.get("token") ?? ""
      const csrfToken = await csrfOf(agent, url)
      const other = { provider: "demo", providerAccountId: account?.providerAccountId ?? "" }
      const attempts: [string, Record<string, string>, Record<string, string>][] = [
        ["end-session", { id: session?.id ?? "" }, { id: "nonsense" }],
        ["rename-passkey", { id: `k-${hers}`, name: "x" }, { id: "nonsense", name: "x" }],
        ["remove-passkey", { id: `k-${hers}` }, { id: "nonsense" }],
        ["unlink", other, { provider: "demo", providerAccountId: "nonsense" }],
        ["confirm-email", { token }, { token: "nonsense" }],
        ["undo-email", { token }, { token: "nonsense" }],
      ]
      for (const [name, theirs, nonsense] of attempts) {
        const [one, two] = [
          await agent.post(`${page}/${name}`, { csrfToken, ...theirs }),
          await agent.post(`${page}/${name}`, { csrfToken, ...nonsense }),
        ]
        expect([one.status, two.status], name).to.deep.equal([404, 404])
        expect(textOf(one.body), name).to.equal(textOf(two.body))
      }
      expect((await agent.get(`${page}/confirm-email?token=${token}`)).status).to.equal(404)
      expect(await sessionOf(grace, url)).to.not.equal(null)
      expect(await adapter.listAuthenticatorsByUserId(hers)).to.have.lengthOf(1)
      expect(await adapter.listAccounts(hers)).to.have.lengthOf(1)
    })

    it("S34: refuses forms without the token, and from other sites", async () => {
      const { agent, page, id } = await open()
      for (const name of [
        "profile",
        "email",
        "unlink",
        "end-other-sessions",
        "data",
        "delete",
        "undo-email",
      ]) {
        const { status } = await agent.post(`${page}/${name}`, {
          confirmation: "delete my account",
          name: "x",
        })
        expect(status, name).to.equal(403)
      }
      expect(await adapter.getUser(id)).to.not.equal(null)
    })

    it("S54: shows no text of a link's, and no picture of another host", async () => {
      const { agent, page, submit } = await open()
      await submit(/account\/profile$/, { image: "https://evil.example/pixel.png" })
      const { body } = await agent.get(`${page}?done=%3Cb%3Ehi&error=__proto__`)
      expect(body).not.to.include("<b>hi").and.not.to.include("<img")
      for (const name of ["constructor", "toString", "__proto__"]) {
        const { status } = await agent.post(`${page}/${name}`, {})
        expect(status, name).to.equal(404)
      }
    })

    it("survives hostile fields", async () => {
      const { agent, page, url, id } = await open()
      const csrfToken = await csrfOf(agent, url)
      const hostile = ["\u0000", "x".repeat(5000), "\ud83d", "<%= 7 %>", "<script>", "' or 1=1 --", "%00"]
      for (const text of hostile)
        for (const name of [
          "profile",
          "email",
          "end-session",
          "rename-passkey",
          "unlink",
          "delete",
          "confirm-email",
        ]) {
          const fields = {
            name: text,
            email: text,
            id: text,
            provider: text,
            token: text,
            confirmation: text,
          }
          const { status } = await agent.post(`${page}/${name}`, { csrfToken, ...fields })
          expect(status, `${name} ${JSON.stringify(text.slice(0, 9))}`).to.be.oneOf([303, 400, 404])
        }
      expect(await adapter.getUser(id)).to.not.equal(null)
    })

    it("is replaced by a page of the app, or off", async () => {
      const own = await open({ pages: { account: "/me" } })
      expect((await own.show()).headers.get("location")).to.equal("/me")
      const csrfToken = await csrfOf(own.agent, own.url)
      const saved = await own.agent.post(`${own.page}/profile`, { csrfToken, name: "Ada" })
      expect(saved.headers.get("location")).to.equal("/me?done=profile")
      const off = await open({ pages: { account: false } })
      expect((await off.show()).status).to.equal(404)
      expect((await off.agent.post(`${off.page}/profile`, {})).status).to.equal(404)
    })
  })
}

function passkeyOf(userId: string) {
  return {
    ...{ credentialID: `k-${userId}`, userId, providerAccountId: `p-${userId}`, counter: 0 },
    ...{ credentialPublicKey: "key", credentialDeviceType: "singleDevice", credentialBackedUp: false },
  }
}

function sharedConfig() {
  return { providers: [], secret: "a secret of at least thirty-two characters" }
}

describe("the account page without a database", () => {
  const { start } = useAuthApps()

  it("shows what there is, and logs one line about the rest", async () => {
    const { url, logs } = await start()
    const agent = new UserAgent()
    await signIn(agent, url)
    for (let visit = 0; visit < 2; visit++) {
      const { body, status } = await agent.get(`${url}/auth/account`)
      expect(status).to.equal(200)
      expect(textOf(body)).to.include("Ada Lovelace").and.to.include("Download my data")
      expect(body).not.to.match(/account\/(?:profile|email|delete)"/)
    }
    expect(logs.filter(({ text }) => text === "account-page")).to.have.lengthOf(1)
  })

  it("leaves out what an adapter of Auth.js's own methods cannot do", async () => {
    const { url, logs } = await start({ adapter: createMemoryAdapter(), session: { strategy: "database" } })
    const agent = new UserAgent()
    await signIn(agent, url)
    const { body } = await agent.get(`${url}/auth/account`)
    const headings = [...body.matchAll(/<h2 id="(\w+)"/g)].map(([, id]) => id)
    expect(headings).to.deep.equal(["profile", "email", "data", "deletion"])
    expect(logs.filter(({ text }) => text === "account-page")).to.have.lengthOf(1)
    const gone = await agent.submit(await agent.get(`${url}/auth/account`), {
      formAction: /account\/delete$/,
      fields: { confirmation: "delete my account" },
    })
    expect(gone.headers.get("location")).to.equal("/auth/account/deleted")
    expect(await sessionOf(agent, url)).to.equal(null)
  })
})
