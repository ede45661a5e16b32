import { posix } from "node:path"
import { toPagePath, toSourcePath } from "./page-paths.js"
import { toRepositoryUrl } from "./repository.js"

const attributes = { link_open: "href", image: "src" }

/**
 * A plugin of markdown-it. Links stay relative in the files, so that they work on GitHub; here they lead to pages of the
 * site, or to GitHub if they leave the documentation. A link to a file that does not exist fails the build.
 */
export function linkPages(markdown) {
  markdown.core.ruler.push("link_pages", ({ tokens, env }) => {
    if (isGenerated(env.relativePath)) return
    const source = toSourcePath(env.relativePath)
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const name = attributes[token.type]
      if (name) token.attrSet(name, toSiteLink(token.attrGet(name), source))
    }
  })
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
