import { readdir, readFile } from "node:fs/promises"
import { posix } from "node:path"

/**
 * Fails the build if a link leads to a heading that does not exist. VitePress checks pages, but not their headings.
 *
 * @param folder where the built site is
 * @param base the path of the site at its host
 */
export async function checkAnchors(folder, base) {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".html"))
  const texts = await Promise.all(files.map((file) => readFile(`${folder}/${file}`, "utf8")))
  const anchors = new Map(files.map((file, index) => [base + file, anchorsOf(texts[index])]))
  const dead = files.flatMap((file, index) =>
    hashLinksOf(texts[index], base + file)
      .filter(({ page, anchor }) => !anchors.get(page)?.has(anchor))
      .map(({ page, anchor }) => `${file}: ${page}#${anchor}`),
  )
  if (dead.length > 0) throw new Error(`Links to headings that do not exist:\n${dead.join("\n")}`)
}

function anchorsOf(html) {
  return new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
}

function hashLinksOf(html, self) {
  return [...html.matchAll(/ href="(?!\w+:)([^"#]*)#([^"]+)"/g)].map(([, path, anchor]) => ({
    page: path ? toFile(posix.resolve(posix.dirname(self), path), path) : self,
    anchor: decodeURIComponent(anchor),
  }))
}

function toFile(page, link) {
  return link.endsWith("/") ? posix.join(page, "index.html") : page
}
