// Writes docs/gallery: each built-in page, narrow and wide, light and dark, and the page that shows them. Needs Chromium
// (/usr/bin/chromium, or CHROMIUM_PATH). Run `npm run gallery` after changing a page or its style.
import { mkdir, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { type Browser, chromium } from "playwright-core"
import { getAsset } from "../lib/pages/assets.js"
import type { PageTheme } from "../lib/pages/page-context.js"
import { textsOf } from "../lib/texts/texts.js"
import { type GalleryPage, galleryPages } from "./gallery-pages.js"

const folder = new URL("../docs/gallery/", import.meta.url)
const theme: PageTheme = {}
const pages = galleryPages({ basePath: "/auth", host: "example.com", csrfToken: "", theme, ...textsOf("en") })

const sizes = [
  { name: "wide", viewport: { width: 1280, height: 800 }, deviceScaleFactor: 0.75 },
  { name: "narrow", viewport: { width: 375, height: 667 }, deviceScaleFactor: 1 },
]
const colorSchemes = ["light", "dark"] as const

await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
await takeScreenshots()
await writeFile(new URL("pages.md", folder), toMarkdown())

async function takeScreenshots(): Promise<void> {
  const server = createServer((req, res) => {
    const { pathname } = new URL(req.url ?? "/", "http://localhost")
    const asset = getAsset(pathname.replace("/auth/assets/", ""), { theme })
    // The page "Continue" would go on by itself.
    const body = pathname.endsWith("/onward.js") ? "" : asset?.body
    if (asset) return res.setHeader("content-type", asset.type).end(body)
    res.setHeader("content-type", "text/html").end(pages.find(({ id }) => pathname === `/${id}`)?.html)
  })
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve))
  const { port } = server.address() as AddressInfo
  const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium"
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] })
  for (const size of sizes)
    for (const colorScheme of colorSchemes)
      await takeAll(browser, `http://localhost:${port}`, { ...size, colorScheme })
  await browser.close()
  server.close()
}

type Setting = (typeof sizes)[number] & { colorScheme: (typeof colorSchemes)[number] }

async function takeAll(browser: Browser, origin: string, { name, ...setting }: Setting): Promise<void> {
  const context = await browser.newContext(setting)
  const page = await context.newPage()
  for (const { id } of pages) {
    await page.goto(`${origin}/${id}`)
    const file = new URL(toFileName(id, name, setting.colorScheme), folder)
    await page.screenshot({ path: fileURLToPath(file), type: "jpeg", quality: 80, fullPage: true })
  }
  await context.close()
}

function toFileName(id: string, size: string, colorScheme: string): string {
  return `${id}-${size}-${colorScheme}.jpg`
}

function toMarkdown(): string {
  const head = [
    "# Gallery",
    "",
    "Every [built-in page](../guides/pages.md) without a theme, at 1280 and 375 pixels, as light and dark devices show it.",
    "`npm run gallery` writes this page.",
  ]
  return `${[...head, ...pages.flatMap(toSection)].join("\n")}\n`
}

function toSection({ id, title, about }: GalleryPage): string[] {
  const row = (size: string) =>
    `|${colorSchemes.map((scheme) => ` ![${title}, ${size}, ${scheme}](${toFileName(id, size, scheme)}) |`).join("")}`
  return [
    "",
    `## ${title}`,
    "",
    about,
    "",
    "| light | dark |",
    "|---|---|",
    ...sizes.map(({ name }) => row(name)),
  ]
}
