import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect } from "chai"
import express from "express"
import { type HTMLElement, parse } from "node-html-parser"
import { browserTest } from "./support/browser-test.js"
import { watchPage } from "./support/chromium.js"
import { type Listening, listen } from "./support/listen.js"

const root = new URL("../", import.meta.url)
const built = new URL("site/dist/", root)
const base = "/express-authjs/"
const metadata = JSON.parse(await readFile(new URL("package.json", root), "utf8"))
const repository = `${metadata.repository.url.replace(/^git\+|\.git$/g, "")}/`

const list = async (folder: URL, extension: string) =>
  (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(extension)).sort()

describe("the documentation's site", function () {
  this.timeout(600_000)
  let site: Listening
  let pages: Map<string, HTMLElement>

  before(async () => {
    const env = { ...process.env, DOCS_BASE: base }
    await promisify(execFile)("npm", ["run", "docs"], { cwd: root, env, maxBuffer: 1e8 })
    pages = new Map()
    for (const path of await list(built, ".html"))
      pages.set(path, parse(await readFile(new URL(path, built), "utf8")))
    site = await listen(express().use(base, express.static(fileURLToPath(built))))
  })
  after(() => site?.close())

  it("has the README, a page for each page of docs, and one for each entry point of ours", async () => {
    const guides = (await list(new URL("docs/", root), ".md")).filter((path) => path !== "README.md")
    const entryPoints = Object.entries<{ source?: string }>(metadata.exports)
      .filter(([, { source }]) => source)
      .map(([subpath]) => `api/${metadata.name}${subpath.slice(1)}.html`)
    const expected = ["index.html", "contents.html", ...guides.map((path) => path.replace(/md$/, "html"))]
    expect(entryPoints).to.have.lengthOf.above(10)
    expect([...pages.keys()]).to.include.members([...expected, ...entryPoints])
  })

  it("describes what each entry point exports", () => {
    const text = (page: string) => pages.get(`api/express-authjs${page}.html`)?.querySelector("main")?.text
    expect(text("")).to.include("requireAuth()").and.include("trustedOrigins")
    expect(text("/database")).to.include("migrate()")
    expect(text("/errors")).to.include("RateLimitError")
    const links = linksOf(pages.get("api/express-authjs/errors.html") ?? parse(""))
    expect(links.some((link) => /^\/express-authjs\/reference\/errors/.test(link))).to.equal(true)
    expect(text("/testing")).to.include("signedIn()")
  })

  it("has no link to a page, heading or file that does not exist, here or in the repository", () => {
    const dead = [...pages].flatMap(([path, page]) =>
      linksOf(page)
        .filter((link) => !exists(new URL(link, `http://site${base}${path}`), pages))
        .map((link) => `${path}: ${link}`),
    )
    expect(dead).to.deep.equal([])
  })

  it("offers to edit the file that each page was made from", () => {
    for (const [path, page] of pages) {
      const link = page.querySelector(".edit-link a")?.getAttribute("href")
      if (path.startsWith("api/")) expect(link, path).to.equal(undefined)
      else if (link)
        expect(existsSync(new URL(link.replace(`${repository}edit/main/`, ""), root)), link).to.equal(true)
    }
    const edit = pages.get("guides/guards.html")?.querySelector(".edit-link a")?.getAttribute("href")
    expect(edit).to.equal(`${repository}edit/main/docs/guides/guards.md`)
  })

  for (const section of ["", "start", "guides", "concepts", "reference", "api", "gallery"]) {
    browserTest(
      `requests nothing from other hosts, and fits 375 px: /${section}`,
      async (context) => {
        const page = await context.newPage()
        const watch = await watchPage(page)
        const paths = [...pages.keys()].filter((path) => sectionOf(path) === section)
        expect(paths).to.not.be.empty
        for (const path of paths) {
          await page.goto(`${site.url}${base}${path}`)
          expect(await page.evaluate("document.documentElement.scrollWidth"), path).to.be.at.most(375)
        }
        expect(watch).to.deep.equal({ errors: [], cspViolations: [], foreignRequests: [] })
      },
      { viewport: { width: 375, height: 667 } },
    )
  }

  for (const colorScheme of ["light", "dark"] as const) {
    browserTest(
      `follows the device: ${colorScheme}`,
      async (context) => {
        const page = await context.newPage()
        await page.goto(`${site.url}${base}`)
        const isDark = await page.evaluate("document.documentElement.classList.contains('dark')")
        expect(isDark).to.equal(colorScheme === "dark")
      },
      { colorScheme },
    )
  }

  browserTest("finds requireAuth", async (context) => {
    const page = await context.newPage()
    const watch = await watchPage(page)
    await page.goto(`${site.url}${base}`)
    await page.keyboard.press("Control+k")
    await page.getByRole("searchbox").fill("requireAuth")
    await page.locator(".results a[href*='guides/guards']").first().click()
    await page.getByRole("heading", { level: 1, name: "Guards" }).waitFor()
    expect(page.url()).to.include("guides/guards")
    expect(watch).to.deep.equal({ errors: [], cspViolations: [], foreignRequests: [] })
  })
})

describe("the build of the documentation's site", () => {
  const load = (file: string) => import(new URL(`site/support/${file}`, root).href)

  it("fails at a link to a file that the repository does not have", async () => {
    const { toRepositoryUrl } = await load("repository.js")
    expect(toRepositoryUrl("examples/minimal.ts")).to.equal(`${repository}blob/main/examples/minimal.ts`)
    expect(toRepositoryUrl("examples")).to.equal(`${repository}tree/main/examples`)
    expect(() => toRepositoryUrl("examples/missing.ts")).to.throw("examples/missing.ts does not exist")
  })

  it("fails at a link to a heading that a page does not have", async () => {
    const { checkAnchors } = await load("check-anchors.js")
    const folder = await mkdtemp(`${tmpdir()}/site-`)
    const write = (href: string) => writeFile(`${folder}/a.html`, `<h1 id="here"></h1><a href="${href}">`)
    for (const link of ["#here", "/docs/a.html#here", "https://example.com/#there"]) {
      await write(link)
      await checkAnchors(folder, "/docs/")
    }
    await write("/docs/a.html#there")
    const complaint = await checkAnchors(folder, "/docs/").catch(String)
    await rm(folder, { recursive: true })
    expect(complaint).to.include("a.html: /docs/a.html#there")
  })
})

function sectionOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : ""
}

function linksOf(page: HTMLElement): string[] {
  const links = page.querySelectorAll("a[href]").map((link) => link.getAttribute("href"))
  const images = page.querySelectorAll("img[src]").map((image) => image.getAttribute("src"))
  return [...links, ...images].filter((link) => link !== undefined)
}

function exists(url: URL, pages: Map<string, HTMLElement>): boolean {
  if (url.href.startsWith(repository)) {
    const path = url.pathname.split("/main/")[1]
    return path === undefined || existsSync(new URL(decodeURIComponent(path), root))
  }
  if (url.host !== "site") return true
  if (!url.pathname.startsWith(base)) return false
  const path = url.pathname.slice(base.length).replace(/(^|\/)$/, "$1index.html")
  if (!url.hash) return existsSync(new URL(path, built))
  return pages.get(path)?.getElementById(decodeURIComponent(url.hash.slice(1))) != null
}
