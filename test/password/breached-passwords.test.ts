import { createHash } from "node:crypto"
import { expect } from "chai"
import express, { type RequestHandler } from "express"
import { createBreachCheck } from "../../lib/password/breached-passwords.js"
import { listen } from "../support/listen.js"

const digestOf = (password: string) => createHash("sha1").update(password).digest("hex").toUpperCase()

describe("breached passwords", () => {
  /** Asks a server that answers each range with `answer`. */
  async function ask(password: string, answer: RequestHandler, timeout?: number) {
    const app = express()
    const seen: { path: string; padding: string | undefined }[] = []
    app.get("/range/:prefix", (req, _res, next) => {
      seen.push({ path: req.path, padding: req.get("add-padding") })
      next()
    })
    app.get("/range/:prefix", answer)
    const { url: origin, close } = await listen(app)
    const failures: unknown[] = []
    const url = `${origin}/range/`
    const isBreached = createBreachCheck({ url, ...(timeout && { timeout }) }, (error) =>
      failures.push(error),
    )
    const breached = await isBreached(password)
    await close()
    return { breached, seen, failures }
  }

  const range =
    (...lines: string[]): RequestHandler =>
    (_req, res) => {
      res.type("text").send(lines.join("\r\n"))
    }
  const suffix = digestOf("correct horse").slice(5)
  const other = "0018A45C4D1DEF81644B54AB7F969B88D65:1"

  it("sends five digits of the hash, and asks for padding", async () => {
    const { seen, breached } = await ask("correct horse", range(other, `${suffix}:7`))
    expect(breached).to.equal(true)
    expect(seen).to.deep.equal([{ path: `/range/${digestOf("correct horse").slice(0, 5)}`, padding: "true" }])
  })

  it("finds a suffix in lower case", async () =>
    expect((await ask("correct horse", range(`${suffix.toLowerCase()}:7`))).breached).to.equal(true))

  it("ignores padding, and other passwords", async () => {
    const { breached, failures } = await ask("correct horse", range(other, `${suffix}:0`))
    expect([breached, failures]).to.deep.equal([false, []])
  })

  for (const [what, answer] of [
    ["an error", (_req, res) => res.status(503).end()],
    ["a redirect", (_req, res) => res.redirect("/range/elsewhere")],
    ["a megabyte", range("x".repeat(1024 * 1024))],
    ["no response in time", () => {}],
  ] as [string, RequestHandler][])
    it(`lets the password pass and reports ${what}`, async () => {
      const { breached, failures } = await ask("correct horse", answer, 200)
      expect([breached, failures.length]).to.deep.equal([false, 1])
    })

  it("sends the request with the app's fetch", async () => {
    const sent: string[] = []
    const fetch: typeof globalThis.fetch = async (input) => {
      sent.push(String(input))
      return new Response(`${suffix}:1`)
    }
    expect(await createBreachCheck({ fetch }, () => expect.fail())("correct horse")).to.equal(true)
    expect(sent).to.deep.equal([
      `https://api.pwnedpasswords.com/range/${digestOf("correct horse").slice(0, 5)}`,
    ])
  })
})
