import { expect } from "chai"
import { renderErrorPage } from "../../lib/pages/error.js"
import { toContext } from "./every-page.js"
import { parseHtml } from "./parse-html.js"

describe("renderErrorPage", () => {
  const statuses: [string | undefined, number][] = [
    ["Configuration", 500],
    ["AccessDenied", 403],
    ["Verification", 400],
    ["MissingCSRF", 403],
    ["RateLimited", 429],
    ["Unavailable", 503],
    ["ProviderUnavailable", 503],
    ["ClockSkew", 500],
    ["Expired", 400],
    ["FormNotSent", 401],
    ["FormGone", 404],
    ["FormOfAnother", 403],
    ["SomethingElse", 400],
    ["__proto__", 400],
    [undefined, 400],
  ]
  for (const [error, status] of statuses) {
    it(`answers ${status} for ${error}, without naming it`, () => {
      const page = renderErrorPage(toContext(), error === undefined ? {} : { error })
      expect(page.status).to.equal(status)
      expect(parseHtml(page.html).text).not.to.include(String(error))
    })
  }

  it("says something of its own for every known code", () => {
    const known = statuses
      .slice(0, 12)
      .map(([error]) => renderErrorPage(toContext(), error ? { error } : {}).html)
    expect(new Set([...known, renderErrorPage(toContext(), {}).html])).to.have.lengthOf(13)
  })

  it("leads back to the sign-in page", () => {
    const { elements } = parseHtml(renderErrorPage(toContext(), { error: "Expired" }).html)
    expect(elements.find(({ tag }) => tag === "a")?.attributes.get("href")).to.equal("/auth/signin")
  })

  it("links to the caller's URL", () => {
    const { elements } = parseHtml(
      renderErrorPage(toContext(), { error: "FormGone", link: "/home?a=1" }).html,
    )
    expect(elements.find(({ tag }) => tag === "a")?.attributes.get("href")).to.equal("/home?a=1")
  })

  it("shows the id that is in the log", () => {
    expect(parseHtml(renderErrorPage(toContext(), { errorId: "k3j9x2ab" }).html).text).to.include(
      "Error id k3j9x2ab",
    )
  })

  for (const errorId of [
    "short",
    "UPPERCASE",
    "with space",
    "toolong0toolong01",
    "<b>bold</b>",
    "abc123\n",
    "",
  ]) {
    it(`S9 shows no error id like ${JSON.stringify(errorId)}`, () => {
      expect(renderErrorPage(toContext(), { errorId }).html).to.equal(renderErrorPage(toContext(), {}).html)
    })
  }
})
