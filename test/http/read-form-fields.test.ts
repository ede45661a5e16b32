import { expect } from "chai"
import type { RequestHandler } from "express"
import request from "supertest"
import { readFormFields } from "../../lib/http/read-form-fields.js"
import { expressVersions } from "../support/listen.js"
import { probe } from "../support/probe.js"

for (const [version, express] of expressVersions)
  describe(`readFormFields on ${version}`, () => {
    async function read(body: string, { parser, type = "form", limit = 1000 }: Reading = {}) {
      const app = probe((req) => readFormFields(req, limit), parser ? [parser] : [], express)
      return (await request(app).post("/").type(type).send(body)).body.value
    }

    interface Reading {
      parser?: RequestHandler
      type?: string
      limit?: number
    }

    const simple = express.urlencoded({ extended: false })
    const extended = express.urlencoded({ extended: true })

    it("gives the fields in their order, names that repeat included", async () => {
      const fields = [
        ["a", "1"],
        ["a", "x&y"],
        ["b", ""],
        ["c[d]", "é"],
      ]
      for (const parser of [undefined, simple])
        expect(await read("a=1&a=x%26y&b=&c%5Bd%5D=%C3%A9", parser && { parser })).to.deep.equal(fields)
    })

    const nested = [
      "a[b][c]=1&a[d]=2",
      "list[]=x",
      "list[]=x&list[]=y",
      "rows[0][n]=1&rows[0][q]=2&rows[1][n]=3",
      "a[b][]=1&a[b][]=2&a[c][]=3",
      "a=1&a=2&b=3",
    ]
    for (const form of nested)
      it(`spells what extended parsing made, so that it makes it again: ${form}`, async () => {
        const body = (text: string) =>
          request(probe((req) => req.body, [extended], express))
            .post("/")
            .type("form")
            .send(text)
        const fields: [string, string][] = await read(form, { parser: extended })
        const again = new URLSearchParams(fields).toString()
        expect((await body(again)).body).to.deep.equal((await body(form)).body)
      })

    it("has no fields for an empty form, and nothing for no form", async () => {
      expect(await read("")).to.deep.equal([])
      expect(await read('{"a":"1"}', { type: "json" })).to.equal(undefined)
      expect(await read('{"a":"1"}', { type: "json", parser: express.json() })).to.equal(undefined)
      expect(await read("a=1", { type: "text" })).to.equal(undefined)
    })

    it("gives nothing over the limit, whichever parser read it", async () => {
      const long = `a=${"x".repeat(1000)}`
      for (const parser of [undefined, simple, extended])
        expect(await read(long, { ...(parser && { parser }) })).to.equal(undefined)
    })

    it("gives nothing where a value is no text, or nested without end", async () => {
      let deep: unknown = "x"
      for (let n = 0; n < 10_000; n++) deep = { a: deep }
      for (const value of [1, null, true, new Date(), Buffer.from("x"), [1, 2], deep]) {
        const parser: RequestHandler = (req, _res, next) => {
          req.body = { a: value }
          next()
        }
        expect(await read("a=1", { parser }), typeof value).to.equal(undefined)
      }
    })
  })
