import { expect } from "chai"
import express, { type Response } from "express"
import request from "supertest"
import { appendSetCookies, cookiesOf, expireCookie, toSetCookie } from "../../lib/http/cookies.js"
import { probe } from "../support/probe.js"

async function setCookies(write: (res: Response) => void): Promise<string[]> {
  const { headers } = await request(probe((_req, res) => write(res))).get("/")
  return [headers["set-cookie"] ?? []].flat()
}

describe("cookiesOf", () => {
  it("follows a header that a middleware replaces", async () => {
    const app = probe((req) => {
      const before = cookiesOf(req).a
      req.headers.cookie = "a=2"
      return [before, cookiesOf(req).a]
    })
    const { body } = await request(app).get("/").set("Cookie", "a=1")
    expect(body.value).to.deep.equal(["1", "2"])
  })
})

describe("appendSetCookies", () => {
  it("keeps the app's own cookies", async () => {
    const lines = await setCookies((res) => {
      res.cookie("app", "1").cookie("other", "2")
      appendSetCookies(res, ["session=a; Path=/"])
    })
    expect(lines).to.deep.equal(["app=1; Path=/", "other=2; Path=/", "session=a; Path=/"])
  })

  it("replaces an earlier cookie of the same name, path and domain, whatever the case", async () => {
    const lines = await setCookies((res) => {
      appendSetCookies(res, ["session=renewed; Path=/; Domain=Example.com; HttpOnly"])
      appendSetCookies(res, ["session=; domain=example.com; path=/; Max-Age=0"])
    })
    expect(lines).to.deep.equal(["session=; domain=example.com; path=/; Max-Age=0"])
  })

  it("keeps a cookie of another path or domain, and of a name that only begins the same", async () => {
    const earlier = [
      "session=a; Path=/auth",
      "session=b; Path=/; Domain=example.com",
      "session.0=c; Path=/",
      "Session=d; Path=/",
    ]
    const lines = await setCookies((res) => {
      appendSetCookies(res, earlier)
      appendSetCookies(res, ["session=e; Path=/"])
    })
    expect(lines).to.deep.equal([...earlier, "session=e; Path=/"])
  })

  it("sets nothing without a value, or after the response has started", async () => {
    expect(await setCookies((res) => appendSetCookies(res, []))).to.deep.equal([])
    const app = express().use((_req, res) => {
      res.write("begun")
      appendSetCookies(res, ["session=a"])
      res.end()
    })
    expect((await request(app).get("/").expect(200)).headers).not.to.have.property("set-cookie")
  })
})

describe("toSetCookie", () => {
  it("writes every attribute, and encodes the value", () => {
    const options = {
      path: "/",
      httpOnly: true,
      secure: true,
      sameSite: "lax",
      maxAge: 60,
      domain: "example.com",
    } as const
    expect(toSetCookie({ name: "__Secure-a.b", value: "x|y z", options })).to.equal(
      "__Secure-a.b=x%7Cy%20z; Max-Age=60; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Lax",
    )
  })

  it("makes a browser forget a cookie under the attributes it was set with", () => {
    const line = toSetCookie(expireCookie("a", { path: "/auth", domain: "example.com", secure: true }))
    expect(line).to.include(
      "a=; Max-Age=0; Domain=example.com; Path=/auth; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    )
  })
})
