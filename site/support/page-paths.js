/** Pages whose place on the site differs from their place in docs: GitHub shows a README for its folder. */
const MOVED = { "README.md": "index.md", "docs/README.md": "contents.md" }

/**
 * Returns where a file of the repository is on the site; `undefined` if it is no page.
 *
 * @param path relative to the repository's root, such as `docs/guides/guards.md`
 */
export function toPagePath(path) {
  return MOVED[path] ?? (path.startsWith("docs/") ? path.slice("docs/".length) : undefined)
}

/**
 * Returns the file in the repository that a page was made from.
 *
 * @param page relative to the site's root, such as `guides/guards.md`
 */
export function toSourcePath(page) {
  const moved = Object.entries(MOVED).find(([, place]) => place === page)
  return moved?.[0] ?? `docs/${page}`
}
