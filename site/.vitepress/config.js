import { checkAnchors } from "../support/check-anchors.js"
import { keepBraces } from "../support/keep-braces.js"
import { isGenerated, linkPages } from "../support/link-pages.js"
import { toSourcePath } from "../support/page-paths.js"
import { linksOf, readContents } from "../support/read-contents.js"
import { readEntryPoints } from "../support/read-entry-points.js"
import { address, metadata } from "../support/repository.js"
import { toAnchor } from "../support/to-anchor.js"

/** The path of the site at its host, such as "/express-authjs/" at GitHub Pages. */
const base = process.env.DOCS_BASE ?? "/"
const contents = readContents()
const api = [{ text: "API", items: readEntryPoints() }]

/** Ranks guides above the API, unless a heading there is the name itself. VitePress writes the function into the site's script. */
const searchOptions = { boostDocument: (id) => (id.includes("/api/") ? 0.3 : 1) }

export default {
  title: metadata.name,
  description: metadata.description,
  lang: "en",
  base,
  srcDir: "pages",
  outDir: "dist",
  head: [["link", { rel: "icon", type: "image/svg+xml", href: `${base}icon.svg` }]],
  markdown: {
    anchor: { slugify: toAnchor },
    config: (markdown) => markdown.use(linkPages).use(keepBraces),
    languageAlias: { ejs: "html", caddyfile: "nginx", cjs: "js", mjs: "js" },
  },
  // The addresses of apps that the reader starts.
  ignoreDeadLinks: "localhostLinks",
  buildEnd: ({ outDir }) => checkAnchors(outDir, base),
  transformPageData(page) {
    if (isGenerated(page.relativePath)) page.frontmatter.editLink = false
    page.filePath = toSourcePath(page.relativePath)
  },
  themeConfig: {
    nav: [
      ...contents.map(({ text, items }) => ({ text, link: linksOf({ items })[0] })),
      { text: "API", link: "/api/", activeMatch: "^/api/" },
    ],
    sidebar: { "/": contents, "/api/": api },
    outline: [2, 3],
    search: { provider: "local", options: { miniSearch: { searchOptions } } },
    socialLinks: [{ icon: "github", link: address }],
    editLink: { pattern: `${address}/edit/main/:path`, text: "Edit this page on GitHub" },
    externalLinkIcon: true,
  },
}
