import { expect } from "chai"
import type { RequestHandler } from "express"
import request from "supertest"
import { readBody } from "../../lib/http/read-body.js"
import { expressVersions } from "../support/listen.js"
import { probe } from "../support/probe.js"

const limit = 1000

for (const [version, express] of expressVersions) {
  const app = (...parsers: RequestHandler[]) => probe((req) => readBody(req, limit), parsers, express)

  async function read(type: string, body: string | Buffer, parsers: RequestHandler[] = []) {
    const test = request(app(...parsers))
      .post("/")
      .set("content-type", type)
    return (await test.send(body)).body
  }

  describe(`readBody on ${version}`, () => {
    it("reads JSON and forms that no parser has read", async () => {
      expect(await read("application/json; charset=utf-8", '{"a":"1","b":[1,{"c":null}]}')).to.deep.equal({
        value: { a: "1", b: [1, { c: null }] },
      })
      expect(await read("application/x-www-form-urlencoded", "a=1&b=2&b=%26+%C3%A9&c=")).to.deep.equal({
        value: { a: "1", b: ["2", "& é"], c: "" },
      })
    })

    it("is empty when there is none", async () => {
      const parsers = [[], [express.json()], [express.urlencoded()], [express.text()], [express.raw()]]
      for (const some of parsers)
        expect((await request(app(...some)).post("/")).body).to.deep.equal({ value: {} })
      expect(await read("application/json", "")).to.deep.equal({ value: {} })
    })

    it("takes a body any parser has read, inflated ones too", async () => {
      const parsers = [
        express.json(),
        express.urlencoded({ extended: true }),
        express.text({ type: "*/*" }),
        express.raw({ type: "*/*" }),
      ]
      for (const parser of parsers.filter((_, index) => index !== 1))
        expect(await read("application/json", '{"a":["1"]}', [parser])).to.deep.equal({ value: { a: ["1"] } })
      for (const parser of parsers.slice(1))
        expect(await read("application/x-www-form-urlencoded", "a=1&a=2", [parser])).to.deep.equal({
          value: { a: ["1", "2"] },
        })
    })

    it("reads on where a parser did not feel meant", async () => {
      const form = "application/x-www-form-urlencoded"
      for (const parser of [express.json(), express.text(), express.raw()])
        expect(await read(form, "a=1", [parser])).to.deep.equal({ value: { a: "1" } })
      expect(await read("application/json", '{"a":"1"}', [express.urlencoded()])).to.deep.equal({
        value: { a: "1" },
      })
    })

    it("takes an empty object that was parsed for what it is", async () => {
      expect(await read("application/json", "{}", [express.json()])).to.deep.equal({ value: {} })
    })

    it("answers 415 to other types, and to compressed bodies that no parser inflated", async () => {
      for (const type of ["text/plain", "multipart/form-data; boundary=x", "application/xml"])
        expect(await read(type, "a=1"), type).to.include({ code: "ERR_AUTH_BODY", status: 415 })
      const compressed = request(app())
        .post("/")
        .set({ "content-type": "application/json", "content-encoding": "gzip" })
      expect((await compressed.send("{}")).body).to.include({ status: 415 })
      expect(await read("text/plain", "a=1", [express.text()])).to.include({ status: 415 })
    })

    it("answers 413 to what is larger than the limit, declared or not", async () => {
      const large = JSON.stringify({ a: "x".repeat(limit) })
      expect(await read("application/json", large)).to.include({ code: "ERR_AUTH_BODY", status: 413 })
      const chunked = request(app())
        .post("/")
        .set("content-type", "application/json")
        .set("transfer-encoding", "chunked")
      chunked.write(large)
      expect((await chunked).body).to.include({ status: 413 })
    })

    it("answers 400 to what is malformed, or no object", async () => {
      for (const body of ["{", '{"a":}', "[]", "null", "7", '"a"', "[{}]"])
        expect(await read("application/json", body), body).to.include({ code: "ERR_AUTH_BODY", status: 400 })
      for (const body of ["[1]", "7", '"a"'])
        expect(await read("application/json", body, [express.json({ strict: false })]), body).to.include({
          status: 400,
        })
    })

    it("S21 answers 400 to bodies nested too deeply", async () => {
      const deep = `${'{"a":'.repeat(40)}1${"}".repeat(40)}`
      expect(await read("application/json", deep)).to.include({ status: 400 })
      expect(await read("application/json", deep, [express.json()])).to.include({ status: 400 })
      expect(await read("application/json", `{"a":${"[".repeat(400)}${"]".repeat(400)}}`)).to.include({
        status: 400,
      })
    })

    it("S21 pollutes no prototype", async () => {
      const body = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":1}'
      for (const parsers of [[], [express.json()]]) {
        const { value } = await read("application/json", body, parsers)
        expect(value).to.deep.equal({ constructor: { prototype: { polluted: 1 } }, a: 1 })
      }
      for (const form of ["__proto__=1&a=1", "__proto__[polluted]=1&a=1"])
        expect((await read("application/x-www-form-urlencoded", form)).value).to.include({ a: "1" })
      expect({}).not.to.have.property("polluted")
    })
  })
}
