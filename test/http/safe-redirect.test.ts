import { expect } from "chai"
import { resolveDestination, toSafeUrl } from "../../lib/http/safe-redirect.js"
import { hostileUrls } from "../support/hostile-urls.js"

type RedirectCallback = (params: { url: string; baseUrl: string }) => Promise<string> | string

const origins = ["https://app.example", "http://localhost:3000"]

/** As the documentation of Auth.js has it. */
const documented: RedirectCallback = ({ url, baseUrl }) => {
  if (url.startsWith("/")) return `${baseUrl}${url}`
  return new URL(url).origin === baseUrl ? url : baseUrl
}

function destination(candidate: unknown, origin: string, redirect?: RedirectCallback): Promise<string> {
  const callbacks = redirect
    ? { redirect: async (params: Parameters<RedirectCallback>[0]) => redirect(params) }
    : {}
  return resolveDestination(candidate, origin, { callbacks, trustedOrigins: [] })
}

for (const origin of origins) {
  describe(`redirects on ${origin}`, () => {
    it("S7 leave it for no spelling of another place", async () => {
      for (const url of hostileUrls) {
        const safe = toSafeUrl(url, origin)
        if (safe !== undefined) expect(new URL(safe).origin, url).to.equal(origin)
        for (const redirect of [undefined, documented]) {
          const chosen = await destination(url, origin, redirect)
          expect(chosen, url).to.match(/^https?:\/\//)
          expect(new URL(chosen).origin, url).to.equal(origin)
          expect(new URL(chosen).username, url).to.equal("")
        }
      }
    })

    it("S8 take what is no URL, or no text, for the default", async () => {
      for (const wrong of [
        undefined,
        null,
        7,
        {},
        ["/a"],
        "",
        "http://[",
        "https://",
        `/${"a".repeat(5000)}`,
      ])
        for (const redirect of [undefined, documented])
          expect(new URL(await destination(wrong, origin, redirect)).href, String(wrong)).to.equal(
            `${origin}/`,
          )
    })

    it("go to paths and pages of ours, query and fragment included", async () => {
      for (const path of [
        "/",
        "/a/b?c=d&e=%2F%2Fevil.example#f",
        "/a//b",
        "/%2f%2fevil.example",
        "/@evil.example",
      ])
        for (const redirect of [undefined, documented])
          for (const url of [path, origin + path])
            expect(await destination(url, origin, redirect)).to.equal(origin + path)
    })

    it("keep a path of ours that looks like another host", async () => {
      expect(toSafeUrl(`${origin}//evil.example`, origin)).to.equal(`${origin}//evil.example`)
      expect(await destination(`${origin}//evil.example/x`, origin, documented)).to.equal(
        `${origin}//evil.example/x`,
      )
    })
  })
}

describe("resolveDestination with a callback", () => {
  const [origin = ""] = origins

  it("lets the callback allow another origin, which is then absolute", async () => {
    const allow: RedirectCallback = ({ url }) => url
    expect(await destination("https://partner.example/a", origin, allow)).to.equal(
      "https://partner.example/a",
    )
  })

  it("S7 shows it a path of ours that looks like another host as the URL it is", async () => {
    const asIs: RedirectCallback = ({ url }) => url
    for (const url of ["//evil.example/x", "/.//evil.example/x"])
      expect(await destination(`${origin}${url}`, origin, asIs)).to.equal(`${origin}//evil.example/x`)
  })

  it("S7 lets it choose no scheme but http and https", async () => {
    for (const url of ["javascript:alert(1)", "data:text/html,x", "mailto:a@example.com"])
      expect(await destination("/x", origin, () => url)).to.equal(`${origin}/`)
  })

  it("takes a path, nothing and nonsense from it", async () => {
    expect(await destination("/x", origin, () => "/home")).to.equal(`${origin}/home`)
    for (const wrong of [undefined, "", 7, "http://["])
      expect(await destination("/x", origin, () => wrong as string)).to.equal(`${origin}/`)
  })

  it("passes on what it throws", async () => {
    const error = await destination("/x", origin, () => {
      throw new Error("no")
    }).catch(String)
    expect(error).to.equal("Error: no")
  })
})
