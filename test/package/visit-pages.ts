import { expect } from "chai"
import { describe as inOneLine, UserAgent } from "../support/user-agent.js"

const pages = {
  signin: 200,
  signout: 200,
  error: 400,
  "error?error=Configuration": 500,
  "verify-request": 200,
}

/** Opens every built-in page of an app, one in another language, and every asset that exists or that a page names. */
export async function visitPages(url: string): Promise<void> {
  const agent = new UserAgent()
  const assets = new Set(["style.css", "theme.css", "passkey.js", "onward.js"].map(toAsset))
  for (const [path, status] of Object.entries(pages)) {
    const page = await agent.get(`${url}/auth/${path}`)
    expect(page.status, inOneLine(page)).to.equal(status)
    expect(page.body).to.include("</html>")
    for (const [asset] of page.body.matchAll(/\/auth\/assets\/[^"]+/g)) assets.add(asset)
  }
  const german = await agent.get(`${url}/auth/signin`, { "accept-language": "de" })
  expect(german.body).to.include('lang="de"').and.include("Anmelden")
  for (const path of assets) {
    const asset = await agent.get(url + path)
    expect(asset.status, inOneLine(asset)).to.equal(200)
    expect(asset.headers.get("content-type")).to.match(/^text\/(css|javascript);/)
    expect(asset.body.trim()).to.not.equal("")
  }
}

function toAsset(name: string): string {
  return `/auth/assets/${name}`
}
