import { expect } from "chai"
import { claimsOfAda, day, sessionCookie, tokenOf, useSessionApps } from "../support/session-apps.js"

const nameOf = (line: string) => line.slice(0, line.indexOf("="))
const expires = (line: string) => /expires=Thu, 01 Jan 1970/i.test(line)

describe("the session cookie", () => {
  const start = useSessionApps()

  /** Writes what the form says into the token. */
  const withBag = {
    jwt: ({ token, trigger, session }: { token: object; trigger?: string; session?: { size: string } }) =>
      trigger === "update" ? { ...token, bag: "x".repeat(Number(session?.size)) } : token,
  } as never

  it("is split where it is larger than browsers keep, and joined again", async () => {
    const app = await start({ callbacks: withBag })
    const visitor = await app.visitor(tokenOf(claimsOfAda()))
    const answer = await visitor.post("/update", { size: "6000" })
    const live = answer.setCookies.filter((line) => !expires(line))
    expect(live.map(nameOf)).to.deep.equal([0, 1, 2].map((number) => `${sessionCookie}.${number}`))
    expect(live.every((line) => line.length <= 4096)).to.equal(true)
    expect(answer.setCookies.filter(expires).map(nameOf), "the whole one goes").to.deep.equal([sessionCookie])
    expect((await visitor.get("/guarded")).status).to.equal(200)
    expect((await visitor.claims())?.bag).to.have.lengthOf(6000)
  })

  it("loses its former chunks when it shrinks", async () => {
    const app = await start({ callbacks: withBag })
    const visitor = await app.visitor(tokenOf(claimsOfAda()))
    await visitor.post("/update", { size: "7000" })
    await visitor.post("/update", { size: "4000" })
    expect([...(await visitor.cookies()).keys()]).to.have.members([
      `${sessionCookie}.0`,
      `${sessionCookie}.1`,
    ])
    await visitor.post("/update", { size: "1" })
    expect([...(await visitor.cookies()).keys()]).to.deep.equal([sessionCookie])
    expect((await visitor.claims())?.bag).to.equal("x")
  })

  it("goes with all its chunks at sign-out", async () => {
    const app = await start({ callbacks: withBag })
    const visitor = await app.visitor(tokenOf(claimsOfAda()))
    await visitor.post("/update", { size: "7000" })
    await visitor.post("/logout")
    expect([...(await visitor.cookies()).keys()]).to.deep.equal([])
  })

  it("leaves no chunk of a session that grew in the request that signs out", async () => {
    const growing = ({ token }: { token: object }) => ({ ...token, bag: "x".repeat(6000) })
    const app = await start(
      { callbacks: { jwt: growing as never } },
      { routes: (app, auth) => app.use(auth.session()) },
    )
    const visitor = await app.visitor(tokenOf(claimsOfAda()))
    await visitor.post("/logout")
    expect([...(await visitor.cookies()).keys()]).to.deep.equal([])
  })

  it("S12: of a new sign-in is not hidden by the old session that the same request renewed", async () => {
    const app = await start(
      {
        callbacks: {
          jwt: (({ token, trigger }: { token: object; trigger?: string }) =>
            trigger === "signIn" ? { ...token, bag: "x".repeat(6000) } : token) as never,
        },
      },
      { routes: (app, auth) => app.use(auth.session()) },
    )
    const visitor = await app.visitor(tokenOf(claimsOfAda(2 * day)))
    await visitor.post("/login", { name: "grace" })
    expect(await visitor.session()).to.have.nested.property("user.id", "grace")
    expect(await visitor.cookies()).not.to.include.keys(sessionCookie)
  })

  it("with a missing chunk is no session, and goes", async () => {
    const app = await start({ callbacks: withBag })
    const visitor = await app.visitor(tokenOf(claimsOfAda()))
    await visitor.post("/update", { size: "7000" })
    const chunks = await visitor.cookies()
    chunks.delete(`${sessionCookie}.1`)
    const cookie = [...chunks].map(([name, value]) => `${name}=${value}`).join("; ")
    const answer = await (await app.visitor(undefined, { headers: { cookie } })).get("/guarded")
    expect(answer.status).to.equal(401)
    expect(answer.setCookies.filter(expires).map(nameOf)).to.have.members([...chunks.keys()])
  })

  it("with a NUL in it, which databases refuse, is no session, and goes", async () => {
    const app = await start()
    const visitor = await app.visitor("a%00b")
    expect((await visitor.get("/guarded")).status).to.equal(401)
    expect(await visitor.sealed()).to.equal(undefined)
  })

  it("is warned of once when it is split, from the first sign-in on", async () => {
    const app = await start({ callbacks: { jwt: ({ token }) => ({ ...token, bag: "x".repeat(4000) }) } })
    for (const name of ["ada", "grace"]) await (await app.visitor()).post("/login", { name })
    expect(app.logs.warnings).to.deep.equal(["session-cookie-size"])
  })

  it("is refused where Node would not read it back, before the visitor is answered 431 for good", async () => {
    let size = 7000
    const jwt = ({ token }: { token: object }) => ({ ...token, bag: "x".repeat(size) })
    const app = await start({ callbacks: { jwt } })
    const visitor = await app.visitor()
    await visitor.post("/login", { name: "ada" })
    expect((await visitor.get("/guarded")).status).to.equal(200)
    size = 12_000
    const { status, setCookies } = await visitor.get("/guarded")
    expect({ status, setCookies }).to.deep.equal({ status: 503, setCookies: [] })
    expect(String(app.logs.errors[0]?.cause)).to.include("--max-http-header-size")
    const other = await app.visitor()
    await other.post("/login", { name: "grace" })
    expect(await other.sealed()).to.equal(undefined)
    expect((await other.get("/guarded")).status).to.equal(401)
  })

  it("is warned of when all cookies together come near 8 KB", async () => {
    const app = await start()
    const visitor = await app.visitor()
    await visitor.keep("own", "x".repeat(3500))
    await visitor.keep("other", "x".repeat(3500))
    await visitor.post("/login", { name: "ada" })
    expect(app.logs.warnings).to.deep.equal(["cookie-header-size"])
  })

  it("of ordinary size is not warned of", async () => {
    const app = await start()
    await (await app.visitor()).post("/login", { name: "ada" })
    expect(app.logs.warnings).to.deep.equal([])
  })

  it("that cannot be split into 25 is an error, not a broken cookie", async () => {
    const app = await start({ callbacks: withBag })
    const visitor = await app.visitor(tokenOf(claimsOfAda()))
    const answer = await visitor.post("/update", { size: "90000" })
    expect(answer.status).to.equal(503)
    expect(answer.setCookies).to.deep.equal([])
    expect(String(app.logs.errors[0]?.cause)).to.include("Keep less in it")
  })
})
