import { expect } from "chai"
import request from "supertest"
import { negotiate } from "../../lib/http/negotiate.js"
import { expressVersions } from "../support/listen.js"
import { probe } from "../support/probe.js"

const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"

const askers: readonly (readonly [who: string, asker: string, headers: Record<string, string>])[] = [
  [
    "a browser that opens a page",
    "html",
    { accept: browser, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
  ],
  ["a browser without Fetch Metadata", "html", { accept: browser }],
  ["a frame", "html", { accept: browser, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" }],
  ["who prefers HTML to JSON", "html", { accept: "application/json;q=0.8, text/html" }],
  ["fetch()", "json", { accept: "*/*", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" }],
  [
    "fetch() that accepts HTML",
    "json",
    { accept: "text/html", "sec-fetch-mode": "same-origin", "sec-fetch-dest": "empty" },
  ],
  ["XMLHttpRequest of jQuery", "json", { accept: browser, "x-requested-with": "XMLHttpRequest" }],
  ["the browser client of Auth.js", "json", { accept: browser, "x-auth-return-redirect": "1" }],
  ["curl", "json", { accept: "*/*" }],
  ["who accepts nothing of ours", "json", { accept: "image/png" }],
  ["who sends no Accept", "json", { accept: "" }],
  ["an API client", "json", { accept: "application/json" }],
  ["who prefers JSON to HTML", "json", { accept: "text/html;q=0.5, application/json" }],
  ["who refuses HTML", "json", { accept: "text/html;q=0, */*" }],
  ["an image", "asset", { accept: "image/avif,*/*", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }],
  ["a module script", "asset", { accept: "*/*", "sec-fetch-mode": "cors", "sec-fetch-dest": "script" }],
  [
    "htmx",
    "htmx",
    { accept: "text/html, */*", "hx-request": "true", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" },
  ],
]

for (const [version, express] of expressVersions) {
  describe(`negotiate on ${version}`, () => {
    for (const [who, asker, headers] of askers) {
      it(`takes ${who} for ${asker}`, async () => {
        const app = probe(negotiate, [], express)
        expect((await request(app).get("/").set(headers)).body).to.deep.equal({ value: asker })
      })
    }
  })
}
