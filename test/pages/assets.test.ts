import { readFileSync } from "node:fs"
import { gzipSync } from "node:zlib"
import { expect } from "chai"
import { getAsset, getAssetUrl } from "../../lib/pages/assets.js"
import { bundleClient } from "../../scripts/bundle-client.js"
import { copySimpleWebAuthn } from "../../scripts/copy-simplewebauthn.js"
import { toContext } from "./every-page.js"

describe("getAsset", () => {
  it("answers the style sheet", () => {
    const asset = getAsset("style.css", { theme: {} })
    expect(asset?.type).to.equal("text/css; charset=utf-8")
    expect(asset?.body).to.equal(
      readFileSync(new URL("../../views/assets/style.css", import.meta.url), "utf8"),
    )
  })

  it("answers the theme's own style sheet", () => {
    expect(getAsset("theme.css", { theme: { brandColor: "#123456" } })?.body).to.include("--brand: #123456;")
    expect(getAsset("theme.css", { theme: {} })?.body).not.to.include("#123456")
  })

  const unknown = [
    ..."../layout.ejs ..%2flayout.ejs ../../package.json icons.json STYLE.css simplewebauthn-browser.js style.css/ /style.css ./style.css".split(
      " ",
    ),
    ..."assets/style.css style.css%00 __proto__ constructor toString".split(" "),
    "",
    "style.css\0",
  ]
  for (const name of unknown) {
    it(`knows no ${JSON.stringify(name)}`, () => {
      expect(getAsset(name, { theme: {} })).to.equal(undefined)
    })
  }

  it("answers the passkey script behind the library it uses, as its package ships it, with its licence", async () => {
    const { type, body } = getAsset("passkey.js", { theme: {} }) ?? {}
    const library = await copySimpleWebAuthn()
    expect(type).to.equal("text/javascript; charset=utf-8")
    expect(String(body).startsWith(library)).to.equal(true)
    expect(library).to.include("MIT License").and.include("Copyright (c) 2020 Matthew Miller")
    expect(String(body).slice(library.length)).to.include("SimpleWebAuthnBrowser")
  })

  it("answers the browser module, bundled from lib/client, in 3 KB", async () => {
    const { type, body = "" } = getAsset("client.js", { theme: {} }) ?? {}
    expect(type).to.equal("text/javascript; charset=utf-8")
    expect(body, "Run npm run client").to.equal(await bundleClient())
    expect(gzipSync(body, { level: 9 }).length).to.be.at.most(3072)
    expect(body).to.not.match(/\beval\b|\bFunction\(|\bimport\s*\(|\bfrom\s*"/)
  })

  it("reads nothing from another host and imports nothing", () => {
    for (const name of ["style.css", "theme.css"]) {
      expect(String(getAsset(name, { theme: {} })?.body)).not.to.match(/url\(|@import|@font-face|\/\/(?!\s)/)
    }
  })
})

describe("getAssetUrl", () => {
  it("changes with the content alone", () => {
    const url = (brandColor: string) => getAssetUrl(toContext({ brandColor }), "theme.css")
    expect(url("#111")).to.match(/^\/auth\/assets\/theme\.css\?v=[\w-]{10}$/)
    expect(url("#111")).to.equal(url("#111")).and.not.to.equal(url("#222"))
  })

  it("lies below the base path that browsers see", () => {
    const context = { ...toContext(), basePath: "/app/auth" }
    expect(getAssetUrl(context, "style.css")).to.match(/^\/app\/auth\/assets\/style\.css\?v=/)
  })

  it("throws for a name that is no asset", () => {
    expect(() => getAssetUrl(toContext(), "other.css")).to.throw(TypeError, "other.css")
  })
})
