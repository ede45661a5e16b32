import { fileURLToPath } from "node:url"
import { Converter } from "typedoc"
import { address, metadata, root } from "./support/repository.js"

/** The file of each entry point that is ours. The other modules of `express-authjs/providers/*` are core's. */
const subpaths = Object.entries(metadata.exports).filter(([, { source }]) => source)
const files = new Map(
  subpaths.map(([subpath, { source }]) => [
    fileURLToPath(new URL(source, root)),
    metadata.name + subpath.slice(1),
  ]),
)

/** Names each module as it is imported. */
function nameModules(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection) => {
    const file = reflection.sources?.[0]?.fullFileName
    if (reflection.parent?.isProject() && files.has(file)) reflection.name = files.get(file)
  })
}

export default {
  entryPoints: [...files.keys()],
  tsconfig: fileURLToPath(new URL("tsconfig.build.json", root)),
  plugin: ["typedoc-plugin-markdown", "typedoc-plugin-missing-exports", nameModules],
  placeInternalsInOwningModule: true,
  out: "pages/api",
  outputFileStrategy: "modules",
  entryFileName: "index",
  hideBreadcrumbs: true,
  hidePageHeader: true,
  parametersFormat: "table",
  indexFormat: "table",
  useCodeBlocks: true,
  readme: "none",
  excludeExternals: true,
  excludePrivate: true,
  excludeInternal: true,
  disableGit: true,
  gitRevision: "main",
  basePath: fileURLToPath(root),
  sourceLinkTemplate: `${address}/blob/main/lib/{path}#L{line}`,
  // `npm run types` checks the sources, with the newer TypeScript of the repository.
  skipErrorChecking: true,
  treatWarningsAsErrors: true,
}
