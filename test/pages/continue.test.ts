import { expect } from "chai"
import { renderContinuePage } from "../../lib/pages/continue.js"
import { toContext } from "./every-page.js"
import { parseHtml } from "./parse-html.js"

function linkOf(url: string) {
  const { elements } = parseHtml(renderContinuePage(toContext(), { url, name: "GitHub" }))
  return elements.find(({ tag }) => tag === "a")?.attributes.get("href")
}

describe("renderContinuePage", () => {
  it("links to where the browser is going", () => {
    expect(linkOf("https://github.com/login?a=1&b=%22")).to.equal("https://github.com/login?a=1&b=%22")
  })

  it("names the place where it is known", () => {
    const url = "https://github.com/"
    expect(parseHtml(renderContinuePage(toContext(), { url, name: "GitHub" })).text).to.include(
      "Continuing to GitHub…",
    )
    expect(parseHtml(renderContinuePage(toContext(), { url })).text).to.include("Continuing…")
  })

  it("S7 links nowhere that runs", () => {
    for (const url of ["javascript:alert(1)", "data:text/html,<script>", "JAVASCRIPT:x", "java\tscript:x"]) {
      expect(linkOf(url)).to.equal("/auth/signin")
    }
  })
})
