import { join } from "node:path"
import { type BuildOptions, build, type Format } from "esbuild"
import type { ScratchProject } from "./scratch-project.js"

/** What esbuild's output as an ES module lacks for packages in CommonJS, such as Express: the line of the guide. */
const requireInModules = {
  js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
}

/**
 * Bundles a fixture and its packages into one file with esbuild.
 *
 * @returns the name of the file, in the project's folder
 */
export async function bundle(
  project: ScratchProject,
  entry: string,
  { format, ...options }: BuildOptions & { format: Format },
): Promise<string> {
  const file = `${entry}.bundle.${format === "esm" ? "mjs" : "cjs"}`
  await build({
    absWorkingDir: project.folder,
    entryPoints: [`${entry}.mjs`],
    outfile: join(project.folder, file),
    bundle: true,
    platform: "node",
    format,
    logLevel: "error",
    ...(format === "esm" && { banner: requireInModules }),
    ...options,
  })
  return file
}
