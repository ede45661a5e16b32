import { metadata } from "./repository.js"

/** Returns the sidebar of the API: a page for each entry point that is ours, in the order of package.json. */
export function readEntryPoints() {
  const ours = Object.entries(metadata.exports).filter(([, { source }]) => source)
  return ours.map(([subpath]) => {
    const link = `/api/${metadata.name}${subpath.slice(1)}`
    return { text: subpath.slice(2) || metadata.name, link }
  })
}
