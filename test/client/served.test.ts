import { expect } from "chai"
import { useAuthApps } from "../support/auth-apps.js"

describe("GET /auth/assets/client.js", () => {
  const apps = useAuthApps()

  it("is cached for ten minutes, then compared by its ETag", async () => {
    const { url } = await apps.start()
    const module = `${url}/auth/assets/client.js`
    const first = await fetch(module)
    const etag = first.headers.get("etag") ?? ""
    expect(first.status).to.equal(200)
    expect(first.headers.get("content-type")).to.equal("text/javascript; charset=utf-8")
    expect(first.headers.get("cache-control")).to.equal("public, max-age=600")
    expect(first.headers.get("x-content-type-options")).to.equal("nosniff")
    expect(etag).to.match(/^"[\w-]{10}"$/)
    for (const sent of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await fetch(module, { headers: { "if-none-match": sent } })
      expect([again.status, again.headers.get("etag"), await again.text()]).to.deep.equal([304, etag, ""])
    }
    const changed = await fetch(module, { headers: { "if-none-match": '"other"' } })
    expect(changed.status).to.equal(200)
  })

  it("is immutable with the hash of its content", async () => {
    const { url } = await apps.start()
    const etag = (await fetch(`${url}/auth/assets/client.js`)).headers.get("etag") ?? ""
    const { headers } = await fetch(`${url}/auth/assets/client.js?v=${etag.slice(1, -1)}`)
    expect(headers.get("cache-control")).to.equal("public, max-age=31536000, immutable")
  })
})
