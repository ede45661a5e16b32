import { posix } from "node:path"
import { toPagePath, toSourcePath } from "./page-paths.js"
import { address, toRepositoryUrl } from "./repository.js"

const docs = `${address}/blob/main/docs/`
const attributes = { link_open: "href", image: "src" }

/**
 * A plugin of markdown-it. Links stay relative in the files, so that they work on GitHub; here they lead to pages of the
 * site, or to GitHub if they leave the documentation. A link to a file that does not exist fails the build.
 */
export function linkPages(markdown) {
  markdown.core.ruler.push("link_pages", ({ tokens, env }) => {
    const toLink = isGenerated(env.relativePath) ? fromDocblock : toSiteLink
    const source = toSourcePath(env.relativePath)
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const name = attributes[token.type]
      if (name) token.attrSet(name, toLink(token.attrGet(name), source))
    }
  })
}

/** Docblocks link to pages of docs at GitHub, because editors show them. */
function fromDocblock(link) {
  const [, path, hash = ""] = link.startsWith(docs) ? /^([^#]*)(#.*)?$/.exec(link.slice(docs.length)) : []
  return path === undefined ? link : `/${toPagePath(`docs/${path}`)}${hash}`
}

/** Whether a page comes from docblocks. Its links are those of the generator. */
export function isGenerated(page) {
  return page.startsWith("api/")
}

function toSiteLink(link, source) {
  if (/^(\w+:|#|\/)/.test(link)) return link
  const [path, hash] = link.split(/(?=#)/)
  const target = posix.join(posix.dirname(source), path)
  const page = toPagePath(target)
  return (page ? `/${page}` : toRepositoryUrl(target)) + (hash ?? "")
}
