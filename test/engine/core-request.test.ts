import { expect } from "chai"
import type { Request as ExpressRequest } from "express"
import request from "supertest"
import { toWebRequest } from "../../lib/engine/core-request.js"
import { probe } from "../support/probe.js"
import { until } from "../support/until.js"

const url = "https://app.example/auth/callback/github?code=a"

async function convert(headers: Record<string, string>, method: "GET" | "POST" = "GET", cookie = "a=1") {
  const app = probe(async (req) => {
    const web = toWebRequest(req, { url, method, cookie, body: { b: ["1", "2"] } })
    return {
      url: web.url,
      method: web.method,
      headers: Object.fromEntries(web.headers),
      body: await web.text(),
    }
  })
  return (await request(app).post("/elsewhere").set(headers).send("c=3")).body.value
}

describe("toWebRequest", () => {
  it("has the given URL, method, cookies and body, not the browser's", async () => {
    const web = await convert({ cookie: "session=stolen", "x-auth-return-redirect": "1" }, "POST")
    expect(web).to.deep.include({ url, method: "POST", body: '{"b":["1","2"]}' })
    expect(web.headers).to.deep.include({ cookie: "a=1", "content-type": "application/json" })
    expect(web.headers).not.to.have.any.keys("host", "content-length", "x-auth-return-redirect", "connection")
  })

  it("has no body on GET", async () => {
    expect(await convert({})).to.include({ method: "GET", body: "" })
    expect((await convert({})).headers).not.to.have.property("content-type")
  })

  it("brings the headers apps look at in authorize()", async () => {
    const { headers } = await convert({
      "user-agent": "test",
      "x-real-ip": "192.0.2.1",
      "accept-language": "de",
    })
    expect(headers).to.include({ "user-agent": "test", "x-real-ip": "192.0.2.1", "accept-language": "de" })
  })

  it("sends no Cookie header where there is none", async () => {
    expect((await convert({ cookie: "session=stolen" }, "POST", "")).headers).not.to.have.property("cookie")
  })

  it("leaves out the pseudo-headers of HTTP/2", () => {
    const req = { headers: { ":method": "GET", ":path": "/", accept: "*/*" } } as unknown as ExpressRequest
    expect([...toWebRequest(req, { url, method: "GET", cookie: "" }).headers]).to.deep.equal([
      ["accept", "*/*"],
    ])
  })

  it("is aborted when the browser disconnects, not when the response is complete", async () => {
    let signal: AbortSignal | undefined
    const app = probe((req) => {
      signal = toWebRequest(req, { url, method: "POST", cookie: "" }).signal
    })
    await request(app).post("/")
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(signal?.aborted).to.equal(false)
    const slow = probe(async (req) => {
      signal = toWebRequest(req, { url, method: "POST", cookie: "" }).signal
      await new Promise((resolve) => signal?.addEventListener("abort", resolve))
    })
    signal = undefined
    const asked = request(slow).post("/")
    asked.catch(() => {})
    await until(() => signal !== undefined)
    asked.abort()
    await until(() => signal?.aborted === true)
  })
})
