import { expect } from "chai"
import type { Response as ExpressResponse } from "express"
import request from "supertest"
import { sendWebResponse } from "../../lib/http/send-web-response.js"
import { expressVersions, listen } from "../support/listen.js"

/** A promise with its settling functions. */
function outcomeOf() {
  let resolve: (value: unknown) => void = () => {}
  const promise = new Promise<unknown>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

for (const [version, create] of expressVersions) {
  function app(send: (res: ExpressResponse) => Promise<void>) {
    return create().use((_req, res, next) => {
      send(res).catch(next)
    })
  }

  describe(`sendWebResponse on ${version}`, () => {
    it("writes status, headers, body and every cookie, beside the app's own", async () => {
      const server = app((res) => {
        const headers = new Headers({ "content-type": "text/plain", "x-a": "1" })
        headers.append("set-cookie", "a=1; Path=/; Expires=Thu, 01 Jan 2099 00:00:00 GMT")
        headers.append("set-cookie", "b=2; Path=/")
        return sendWebResponse(new Response("hello", { status: 418, headers }), res.cookie("own", "0"))
      })
      const answer = await request(server).get("/").expect(418, "hello")
      expect(answer.headers).to.include({ "content-type": "text/plain", "x-a": "1" })
      expect(answer.headers["set-cookie"]).to.deep.equal([
        "own=0; Path=/",
        "a=1; Path=/; Expires=Thu, 01 Jan 2099 00:00:00 GMT",
        "b=2; Path=/",
      ])
    })

    it("streams: the first part is there before the last is made", async () => {
      let finish = () => {}
      const { url, close } = await listen(
        app((res) => {
          const body = new ReadableStream({
            start(controller) {
              controller.enqueue(new TextEncoder().encode("first"))
              finish = () => {
                controller.enqueue(new TextEncoder().encode(" last"))
                controller.close()
              }
            },
          })
          return sendWebResponse(new Response(body), res)
        }),
      )
      const reader = (await fetch(url)).body?.pipeThrough(new TextDecoderStream()).getReader()
      expect((await reader?.read())?.value).to.equal("first")
      finish()
      expect((await reader?.read())?.value).to.equal(" last")
      await close()
    })

    it("has no body on HEAD and on an empty answer, and lets go of the stream", async () => {
      let cancelled = 0
      const server = app((res) => {
        const body = new ReadableStream({ cancel: () => void cancelled++ })
        return sendWebResponse(new Response(body, { headers: { "x-a": "1" } }), res)
      })
      expect((await request(server).head("/").expect(200)).headers["x-a"]).to.equal("1")
      expect(cancelled).to.equal(1)
      await request(app((res) => sendWebResponse(new Response(null, { status: 204 }), res)))
        .get("/")
        .expect(204, "")
    })

    it("writes nothing to an answer that was sent already", async () => {
      const outcome = outcomeOf()
      const server = app(async (res) => {
        res.send("the app's")
        await sendWebResponse(new Response("ours", { status: 500 }), res).then(
          outcome.resolve,
          outcome.resolve,
        )
      })
      await request(server).get("/").expect(200, "the app's")
      expect(await outcome.promise).to.equal(undefined)
    })

    it("is done when the browser goes away in the middle", async () => {
      const outcome = outcomeOf()
      const { url, close } = await listen(
        app((res) => {
          const body = new ReadableStream({
            async pull(controller) {
              controller.enqueue(new Uint8Array(64 * 1024))
              await new Promise((resolve) => setTimeout(resolve, 1))
            },
          })
          return sendWebResponse(new Response(body), res).then(outcome.resolve, outcome.resolve)
        }),
      )
      const controller = new AbortController()
      const { body } = await fetch(url, { signal: controller.signal })
      await body?.getReader().read()
      controller.abort()
      expect(await outcome.promise).to.equal(undefined)
      await close()
    })

    it("hands a body that breaks to the app's error handling", async () => {
      const outcome = outcomeOf()
      const { url, close } = await listen(
        app((res) => {
          const body = new ReadableStream({
            pull: () => Promise.reject(new Error("the source broke")),
          })
          return sendWebResponse(new Response(body), res).catch(outcome.resolve)
        }),
      )
      await fetch(url)
        .then((answer) => answer.text())
        .catch(() => {})
      expect(String(await outcome.promise)).to.include("the source broke")
      await close()
    })
  })
}
