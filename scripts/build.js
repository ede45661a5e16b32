// Builds dist: declarations with tsc, and a bundle per entry of the package's exports. Bundled because loading a few
// hundred small files would take longer than the rest of `import "express-authjs"`. Dependencies are not bundled.
import { execFileSync } from "node:child_process"
import { readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const root = fileURLToPath(new URL("..", import.meta.url))
const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"))

// Type-checks before deleting dist, so that a tree with type errors keeps its last build.
compile("--noEmit")
rmSync(join(root, "dist"), { recursive: true, force: true })
compile("--emitDeclarationOnly")
await build({
  absWorkingDir: root,
  entryPoints: Object.values(exports).flatMap(({ source }) => source ?? []),
  outbase: "lib",
  outdir: "dist",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20.19",
  sourcemap: true,
  sourcesContent: false,
})
await import("./generate-providers.js")

function compile(mode) {
  const command = [join(typescript, "bin/tsc"), "-p", "tsconfig.build.json", mode]
  execFileSync(process.execPath, command, { cwd: root, stdio: "inherit" })
}
