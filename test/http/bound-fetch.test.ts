import { once } from "node:events"
import { get } from "node:http"
import { expect } from "chai"
import { AnswerTooLargeError, boundFetch, type Fetch } from "../../lib/http/bound-fetch.js"
import { type Harm, type HostileService, startHostileService } from "../support/hostile-service.js"
import { listen } from "../support/listen.js"

const maxBytes = 100_000

describe("boundFetch", () => {
  const services: HostileService[] = []
  afterEach(() => Promise.all(services.splice(0).map((service) => service.close())))

  async function startService(harm: Harm): Promise<HostileService> {
    const service = await startHostileService(harm)
    services.push(service)
    return service
  }

  describe("S37: an answer without end", () => {
    for (const harm of ["bomb", "plain"] as const)
      it(`is read up to the limit and no further: ${harm}`, async () => {
        const service = await startService(harm)
        const before = process.memoryUsage().rss
        const error = await boundFetch(fetch, { maxBytes })(service.url).catch((reason) => reason)
        expect(error).to.be.instanceOf(AnswerTooLargeError)
        expect(process.memoryUsage().rss - before).to.be.below(64 * 1024 * 1024)
        for (const res of service.open) await once(res, "close")
        expect(service.open.size).to.equal(0)
      })

    for (const harm of ["drip", "silent"] as const)
      it(`is given up after the time limit: ${harm}`, async () => {
        const service = await startService(harm)
        const error = await boundFetch(fetch, { timeout: 60 })(service.url).catch((reason) => reason)
        expect(error).to.include({ name: "TimeoutError" })
        for (const res of service.open) await once(res, "close")
        expect(service.open.size).to.equal(0)
      })

    it("is given up where the fetch does not heed its signal", async () => {
      const deaf: Fetch = () => new Promise(() => {})
      const error = await boundFetch(deaf, { timeout: 20 })("http://localhost").catch((reason) => reason)
      expect(error).to.include({ name: "TimeoutError" })
    })
  })

  describe("around a fetch whose body is a stream of Node, such as that of node-fetch", () => {
    const viaHttp = (async (url: string, { signal }: RequestInit) => {
      const [body] = await once(get(url, signal ? { signal } : {}), "response")
      return { status: body.statusCode, statusText: body.statusMessage, headers: body.headers, body }
    }) as Fetch

    it("returns the whole answer", async () => {
      const server = await listen((_req, res) => void res.writeHead(201, { "x-a": "b" }).end("an answer"))
      const response = await boundFetch(viaHttp)(server.url)
      expect([response.status, response.headers.get("x-a")]).to.deep.equal([201, "b"])
      expect(await response.text()).to.equal("an answer")
      await server.close()
    })

    it("reads up to the limit and no further", async () => {
      const service = await startService("plain")
      const error = await boundFetch(viaHttp, { maxBytes })(service.url).catch((reason) => reason)
      expect(error).to.be.instanceOf(AnswerTooLargeError)
      for (const res of service.open) await once(res, "close")
      expect(service.open.size).to.equal(0)
    })
  })

  it("S37: returns a redirect instead of taking secrets to another address", async () => {
    const service = await startService("redirect")
    const response = await boundFetch(fetch)(service.url, {
      method: "POST",
      headers: { "x-api-key": "secret" },
      body: new URLSearchParams({ client_secret: "secret" }),
      redirect: "follow",
    })
    expect(response.status).to.equal(307)
    expect(service.redirected).to.deep.equal([])
  })

  it("returns an answer with its status, headers and unpacked body", async () => {
    const server = await listen((_req, res) =>
      res.writeHead(404, { "x-one": "1", "content-type": "text/plain" }).end("nothing here"),
    )
    const response = await boundFetch(fetch)(server.url)
    expect([response.status, response.headers.get("x-one"), await response.text()]).to.deep.equal([
      404,
      "1",
      "nothing here",
    ])
    await server.close()
  })

  it("returns an answer that cannot have a body", async () => {
    const server = await listen((_req, res) => res.writeHead(204).end())
    expect((await boundFetch(fetch)(server.url)).status).to.equal(204)
    await server.close()
  })

  it("takes an answer of exactly the limit", async () => {
    const exact: Fetch = async () => new Response("x".repeat(maxBytes))
    expect(await (await boundFetch(exact, { maxBytes })("http://localhost")).text()).to.have.length(maxBytes)
  })

  it("heeds the caller's own signal", async () => {
    const service = await startService("silent")
    const signal = AbortSignal.abort(new Error("no longer needed"))
    const error = await boundFetch(fetch)(service.url, { signal }).catch((reason) => reason)
    expect(error.message).to.equal("no longer needed")
  })
})
