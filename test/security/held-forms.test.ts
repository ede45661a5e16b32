import { mock } from "node:test"
import { expect } from "chai"
import type { RequestHandler } from "express"
import { cookiesOf, sessionOf, startSignIn } from "../support/auth-apps.js"
import { readForm, textOf } from "../support/html-form.js"
import { exchange } from "../support/http-exchange.js"
import { expressVersions } from "../support/listen.js"
import { passwords } from "../support/passwords.js"
import { sendRaw } from "../support/raw-request.js"
import { heldCookies, later, send, typePassword, useShops } from "../support/shop-apps.js"
import { showEveryForm } from "../support/show-every-form.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"

const form = "sum=5&to=Bob"
const users = [passwords("1"), { ...passwords("2"), id: "others", name: "Others" }]

/** The page that asks, as the way to the sign-in names it. */
const waitingAt = (posted: Visit) =>
  new URL(redirectTarget(posted) ?? "").searchParams.get("callbackUrl") ?? ""

function expectNotSent(visit: Visit): void {
  expect([visit.status, visit.headers.get("content-type")]).to.deep.equal([401, "text/html; charset=utf-8"])
  expect(textOf(visit.body)).to.include("Your form was not sent")
  expect(visit.headers.get("www-authenticate")).to.match(/^Session realm="app"/)
  expect(visit.setCookies).to.deep.equal([])
}

describe("S19 a form that waits for a sign-in", () => {
  const { start, startShop, confirmLate, demo } = useShops()

  async function startLate(options: Parameters<typeof startShop>[0] = {}) {
    const app = await startShop(options)
    const agent = new UserAgent()
    await typePassword(agent, await agent.get(`${app.url}/auth/signin`))
    mock.timers.tick(later)
    return { ...app, agent }
  }

  describe("is never one that another site sent", () => {
    const forged: Record<string, string>[] = [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" },
      { "sec-fetch-site": "same-origin, cross-site" },
      { "sec-fetch-site": "", origin: "https://evil.example" },
      { "sec-fetch-site": "", origin: "null" },
      { "sec-fetch-site": "", origin: "" },
    ]
    for (const headers of forged)
      it(JSON.stringify(headers), async () => {
        const { url, agent } = await startLate()
        expectNotSent(await agent.post(`${url}/pay`, new URLSearchParams(form), headers))
      })

    it("accepts our own pages, with any Referrer-Policy", async () => {
      const { url, agent } = await startLate()
      const own: Record<string, string>[] = [
        { origin: "null", "sec-fetch-site": "same-origin" },
        { origin: url, "sec-fetch-site": "" },
      ]
      for (const headers of own)
        expect((await agent.post(`${url}/pay`, new URLSearchParams(form), headers)).status).to.equal(303)
    })
  })

  it("is sent by nothing but the button", async () => {
    let sent = 0
    const parser: RequestHandler = (req, _res, next) => {
      if (req.method === "POST" && req.path === "/pay") sent++
      next()
    }
    const { agent, page } = await confirmLate(await startShop({ parser }), form)
    await agent.get(page.url)
    await agent.get(`${page.url}?confirm=1&sum=6`)
    expect(sent, "the refused one").to.equal(1)
    await send(agent, page)
    expect(sent).to.equal(2)
  })

  describe("is its owner's alone", () => {
    it("another user of the same browser sees a page that says so, and it is gone", async () => {
      const app = await startShop({ config: { providers: users } })
      const agent = new UserAgent()
      const enter = async (page: Visit, provider: string) =>
        agent.followAll(
          await agent.submit(await showEveryForm(agent, page), {
            formAction: new RegExp(`callback/${provider}$`),
            fields: { username: provider, password: "right" },
          }),
        )
      await enter(await agent.get(`${app.url}/auth/signin`), "credentials")
      mock.timers.tick(later)
      const posted = await agent.post(`${app.url}/pay`, new URLSearchParams(form))
      const other = await enter(await agent.followAll(posted), "others")
      expect([other.status, textOf(other.body).includes("This form is not yours")]).to.deep.equal([403, true])
      expect(other.body).to.not.include("Bob")
      await enter(await agent.get(`${app.url}/auth/signin`), "credentials")
      expect((await agent.get(waitingAt(posted))).status).to.equal(404)
    })

    it("one that Eve plants in Ada's browser is not offered to Ada", async () => {
      const app = await startShop({ config: { providers: users } })
      const [eve, ada] = [new UserAgent(), new UserAgent()]
      for (const [agent, provider] of [
        [eve, "others"],
        [ada, "credentials"],
      ] as const)
        await agent.submit(await showEveryForm(agent, await agent.get(`${app.url}/auth/signin`)), {
          formAction: new RegExp(`callback/${provider}$`),
          fields: { username: provider, password: "right" },
        })
      mock.timers.tick(299_000)
      await ada.submit(await ada.get(`${app.url}/auth/signin`), {
        formAction: /callback\/credentials$/,
        fields: { username: "ada", password: "right" },
      })
      mock.timers.tick(2000)
      const posted = await eve.post(`${app.url}/pay`, new URLSearchParams("to=Eve"))
      for (const line of heldCookies(posted)) await ada.cookies.setCookie(line, app.url)
      const page = await ada.get(waitingAt(posted))
      expect([page.status, page.body.includes('value="Eve"')]).to.deep.equal([403, false])
      expect(await cookiesOf(ada, page.url)).to.not.have.any.keys(...heldCookies(posted).map(nameOf))
    })
  })

  describe("opens under its own id alone, unchanged and in time", () => {
    const gone = (page: Visit) => {
      expect([page.status, textOf(page.body).includes("No form is waiting here")]).to.deep.equal([404, true])
      expect(page.body).to.not.include("Bob")
    }

    it("not under another form's", async () => {
      const { url, agent } = await startLate()
      const [first, second] = [
        await agent.post(`${url}/pay`, new URLSearchParams(form)),
        await agent.post(`${url}/pay`, new URLSearchParams("sum=6")),
      ]
      await typePassword(agent, await agent.get(`${url}/auth/signin`))
      const value = (heldCookies(first)[0] ?? "").split(";")[0]?.split("=")[1]
      const [pair = "", ...attributes] = (heldCookies(second)[0] ?? "").split(";")
      await agent.cookies.setCookie([`${pair.split("=")[0]}=${value}`, ...attributes].join(";"), url)
      const page = await agent.get(waitingAt(second))
      gone(page)
      expect(await cookiesOf(agent, page.url)).to.not.have.any.keys(...heldCookies(second).map(nameOf))
      expect((await agent.get(waitingAt(first))).status, "the other stays").to.equal(200)
    })

    it("not under an unknown id", async () => {
      const { agent, page } = await confirmLate(await startShop(), form)
      gone(await agent.get(page.url.replace(/.{16}$/, "AAAAAAAAAAAAAAAA")))
      for (const id of ["x", "..%2f..%2fpay", "AAAAAAAAAAAAAAAAA", "AAAA.AAAA;AAAAAA"])
        expect((await agent.get(page.url.replace(/[\w-]{16}$/, id))).status, id).to.equal(404)
    })

    it("not after a change", async () => {
      const { url, agent } = await startLate()
      for (const change of [
        (value: string) => value.slice(0, -1),
        (value: string) => `${value.slice(0, -3)}${value.at(-3) === "A" ? "B" : "A"}${value.slice(-2)}`,
        (value: string) => value.replace(/\.[^.]+\.([^.]+)$/, ".AAAA.$1"),
        () => "x",
        () => "",
      ]) {
        const posted = await agent.post(`${url}/pay`, new URLSearchParams(form))
        const line = heldCookies(posted)[0] ?? ""
        const value = line.slice(line.indexOf("=") + 1, line.indexOf(";"))
        await agent.cookies.setCookie(line.replace(value, change(value)), url)
        gone(await agent.get(waitingAt(posted)))
      }
    })

    it("not with a piece missing", async () => {
      const { url, agent } = await startLate()
      const note = Array.from({ length: 700 }, (_, index) => (index * 7919).toString(36)).join(" ")
      const posted = await agent.post(`${url}/pay`, new URLSearchParams({ note }))
      const [first = "", ...others] = heldCookies(posted)
      expect(others).to.have.lengthOf(1)
      await agent.cookies.setCookie(
        `${nameOf(first)}=; Max-Age=0; ${first.slice(first.indexOf("Path"))}`,
        url,
      )
      gone(await agent.get(waitingAt(posted)))
      expect(await cookiesOf(agent, waitingAt(posted))).to.not.have.any.keys(...others.map(nameOf))
    })

    it("not after 15 minutes, even where the browser keeps the cookie", async () => {
      const { url, agent } = await startLate()
      const posted = await agent.post(`${url}/pay`, new URLSearchParams(form))
      for (const line of heldCookies(posted))
        await agent.cookies.setCookie(line.replace(/Max-Age=\d+; /, ""), url)
      mock.timers.tick(14 * 60_000)
      await typePassword(agent, await agent.get(`${url}/auth/signin`))
      expect((await agent.get(waitingAt(posted))).status).to.equal(200)
      mock.timers.tick(76_000)
      gone(await agent.get(waitingAt(posted)))
    })

    it("S5 nor does any other sealed cookie of ours open there, nor this one elsewhere", async () => {
      const { url } = await start(
        { providers: [demo(), passwords()] },
        {
          routes: (app, auth) => app.post("/pay", auth.requireAuth({ maxAge: 300 })),
        },
      )
      const agent = new UserAgent()
      await typePassword(agent, await agent.get(`${url}/auth/signin`))
      mock.timers.tick(later)
      await startSignIn(agent, url)
      const others = Object.entries(await cookiesOf(agent, `${url}/auth/`))
      expect(others.length).to.be.above(2)
      const posted = await agent.post(`${url}/pay`, new URLSearchParams(form))
      const [line = ""] = heldCookies(posted)
      await typePassword(agent, await agent.get(`${url}/auth/signin`))
      for (const [, value] of others) {
        await agent.cookies.setCookie(`${nameOf(line)}=${value}${line.slice(line.indexOf(";"))}`, url)
        gone(await agent.get(waitingAt(posted)))
      }
      const stranger = new UserAgent()
      const sealed = line.slice(line.indexOf("=") + 1, line.indexOf(";"))
      await stranger.cookies.setCookie(`authjs.session-token=${sealed}; Path=/`, url)
      expect(await sessionOf(stranger, url)).to.equal(null)
    })
  })

  it("is not dropped by another site", async () => {
    const { agent, page } = await confirmLate(await startShop(), form)
    const { action, fields } = readForm(page, { button: "Do not send" })
    for (const attempt of [
      await agent.post(action, {}),
      await agent.post(action, { csrfToken: "x" }),
      await agent.post(action, fields, { "sec-fetch-site": "cross-site", origin: "https://evil.example" }),
    ])
      expect([attempt.status, heldCookies(attempt)]).to.deep.equal([403, []])
    expect((await send(agent, page)).body).to.equal(form)
  })

  it("S7 leads nowhere else when it is dropped", async () => {
    const { url, agent } = await startLate()
    for (const referer of [
      "https://evil.example/",
      "//evil.example/",
      "javascript:alert(1)",
      "http://[",
      "x".repeat(5000),
    ]) {
      await typePassword(agent, await agent.get(`${url}/auth/signin`))
      mock.timers.tick(later)
      const posted = await agent.post(`${url}/pay`, new URLSearchParams(form), { referer })
      const page = await typePassword(agent, await agent.followAll(posted))
      const dropped = redirectTarget(await agent.submit(page, { button: "Do not send" }))
      expect(new URL(dropped ?? "").origin, referer).to.equal(url)
    }
  })

  it("S7 is sent to our origin, whatever its path looks like", async () => {
    const { url, port, agent } = await startLate()
    const cookie = await agent.cookies.getCookieString(url)
    const type = { "content-type": "application/x-www-form-urlencoded" }
    const headers = { host: new URL(url).host, origin: url, accept: "text/html", cookie, ...type }
    for (const [path, status] of [
      ["/any/pay", 303],
      ["//evil.example/pay", 401],
      ["/\\evil.example/pay", 401],
      ["/..//evil.example/pay", 401],
      ["/x/..//evil.example/pay", 401],
      ["http://evil.example/pay", 401],
      [`${url}/any/pay`, 401],
    ] as const) {
      const answer = await sendRaw(port, path, { method: "POST", headers, body: form })
      expect([answer.status, answer.headers["set-cookie"] === undefined], path).to.deep.equal([
        status,
        status === 401,
      ])
    }
  })

  it("S9 is shown as text, whatever it holds", async () => {
    const hostile = `"><img src=x onerror=alert(1)>'<script>`
    const { page, agent } = await confirmLate(
      await startShop(),
      new URLSearchParams([
        [hostile, hostile],
        ["__proto__[x]", "1"],
        ["constructor", "2"],
      ]).toString(),
      `/pay?${new URLSearchParams({ q: hostile })}`,
    )
    expect(page.body).to.not.match(/<img|<script|onerror=alert\(1\)>/)
    const { fields } = readForm(page, { button: "Send" })
    expect(fields.get(hostile)).to.equal(hostile)
    expect((await send(agent, page)).status).to.equal(200)
  })

  describe("is held where it can be posted again, else a page says that it was not sent", () => {
    const bodies: [name: string, contentType: string, body: string][] = [
      [
        "a form with files",
        "multipart/form-data; boundary=x",
        '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
      ],
      ["plain text", "text/plain", "a=1"],
      ["JSON", "application/json", '{"a":1}'],
      ["a huge form", "application/x-www-form-urlencoded", `a=${"x".repeat(200_000)}`],
      ["a form that does not shrink", "application/x-www-form-urlencoded", `a=${noise(12_000)}`],
      ["much that shrinks to nothing", "application/x-www-form-urlencoded", `a=${"x".repeat(40_000)}`],
    ]
    for (const [version, express] of expressVersions) {
      const parsers: [string, RequestHandler | undefined][] = [
        ["parsed", express.urlencoded({ extended: true, limit: "1mb" })],
        ["not parsed", undefined],
      ]
      for (const [how, parser] of parsers)
        for (const [name, contentType, body] of bodies)
          it(`${name}, ${how}: ${version}`, async () => {
            const { url, agent } = await startLate({ express, ...(parser && { parser }) })
            const cookie = await agent.cookies.getCookieString(url)
            const headers = { cookie, accept: "text/html", origin: url, "content-type": contentType }
            const answer = await exchange(`${url}/pay`, { method: "POST", headers, body })
            expect([answer.status, answer.headers.getSetCookie()]).to.deep.equal([401, []])
            expect(textOf(answer.body)).to.include("Your form was not sent")
          })
    }

    it("another method than a form has", async () => {
      const { url, agent } = await startLate()
      const cookie = await agent.cookies.getCookieString(url)
      for (const method of ["PUT", "PATCH", "DELETE"]) {
        const headers = { cookie, accept: "text/html", origin: url }
        const type = { "content-type": "application/x-www-form-urlencoded" }
        const answer = await exchange(`${url}/pay`, { method, headers: { ...headers, ...type }, body: form })
        expect([answer.status, answer.headers.getSetCookie()], method).to.deep.equal([401, []])
      }
    })

    it("but the method that method-override gave it", async () => {
      const prepare = (app: import("express").Express) =>
        app.use((req, _res, next) => {
          if (req.method === "POST" && req.query._method === "DELETE")
            Object.assign(req, { originalMethod: req.method, method: "DELETE" })
          next()
        })
      const { agent, page } = await confirmLate(await startShop({ prepare }), form, "/pay?_method=DELETE")
      const sent = await send(agent, page)
      expect([sent.body, heldCookies(sent).length > 0]).to.deep.equal([form, true])
    })

    it("a body that something has changed since", async () => {
      for (const changed of [
        { sum: 5 },
        { sum: null },
        { when: new Date() },
        { a: [1, 2] },
        [["sum", "5"]],
      ]) {
        const parser: RequestHandler = (req, _res, next) => {
          if (req.path === "/pay") req.body = changed
          next()
        }
        const { url, agent } = await startLate({ parser })
        expectNotSent(await agent.post(`${url}/pay`, new URLSearchParams(form)))
      }
    })

    it("where a page has so many cookies that a proxy would refuse one more", async () => {
      const { url, agent } = await startLate()
      const note = noise(2000)
      expect((await agent.post(`${url}/pay`, { note })).status).to.equal(303)
      await agent.cookies.setCookie(`own=${"x".repeat(4000)}; Path=/`, url)
      expectNotSent(await agent.post(`${url}/pay`, { note }))
    })
  })

  it("is not kept for an anonymous request, and 403 comes first", async () => {
    const app = await startShop({ guard: { allow: ({ user }) => user.name !== "eve" } })
    const agent = new UserAgent()
    expectNotSent(await agent.post(`${app.url}/pay`, new URLSearchParams(form)))
    await typePassword(agent, await agent.get(`${app.url}/auth/signin`), "eve")
    mock.timers.tick(later)
    const refused = await agent.post(`${app.url}/pay`, new URLSearchParams(form))
    expect([refused.status, refused.setCookies]).to.deep.equal([403, []])
  })

  it("leads from the page that it was not sent to the sign-in, and back to the form", async () => {
    const { url, agent } = await startLate()
    const headers = { "sec-fetch-site": "same-site", referer: `${url}/shop?item=5` }
    const refused = await agent.post(`${url}/pay`, new URLSearchParams(form), headers)
    const href = /<a class="primary" href="([^"]+)"/.exec(refused.body)?.[1]?.replaceAll("&amp;", "&") ?? ""
    const link = new URL(href, url)
    expect([link.pathname, link.searchParams.get("code")]).to.deep.equal(["/auth/signin", "reauthenticate"])
    expect(link.searchParams.get("callbackUrl")).to.equal(`${url}/shop?item=5`)
  })

  it("is not forgotten for a page that only looks like ours", async () => {
    const { url, agent } = await startLate()
    await typePassword(agent, await agent.get(`${url}/auth/signin`))
    for (const referer of [
      `${url}/confirm-form/AAAAAAAAAAAAAAAA`,
      `${url}/auth/confirm-form/AAAAAAAAAAAAAAA`,
      `${url}/auth/confirm-form/AAAAAAAAAAAAAAAA;x`,
      "https://evil.example/auth/confirm-form/AAAAAAAAAAAAAAAA",
    ]) {
      const paid = await agent.post(`${url}/pay`, new URLSearchParams(form), { referer })
      expect([paid.status, heldCookies(paid)], referer).to.deep.equal([200, []])
    }
  })
})

function nameOf(line: string): string {
  return line.slice(0, line.indexOf("="))
}

/** Text that no compression makes shorter than three quarters. */
function noise(length: number): string {
  let state = 1
  return Array.from({ length }, () => {
    state = (state * 48271) % 2147483647
    return (state % 36).toString(36)
  }).join("")
}
