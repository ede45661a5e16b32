// Builds dist: declarations with tsc, and a bundle per entry of the package's exports. Bundled because loading a few
// hundred small files would take longer than the rest of `import "express-authjs"`. Dependencies are not bundled. The
// files of views are, so that the package reads nothing at run time.
import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const root = fileURLToPath(new URL("..", import.meta.url))
const { exports, bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
/** Starts with `#!`, which esbuild keeps; npm makes the file executable. */
const commandLine = bin["express-authjs"].replace(/^dist\/(.*)\.js$/, "lib/$1.ts")
const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"))

/** Subpaths that are of no use without the entry point. */
const besideIndex = ["passport/index.ts", "testing/index.ts", "development/index.ts"]
/** Subpaths that also work without the entry point. */
const independent = [
  "database/index.ts",
  "redis/index.ts",
  "observability/diagnostics.ts",
  "observability/opentelemetry.ts",
]
/** What the entry point shares with one of those. All of it is small. */
const shared = [
  "config/find-nearest.ts",
  "diagnostics/diagnostic-id.ts",
  "diagnostics/trace-step.ts",
  "stores/cache-revocations.ts",
  "stores/is-impossible-value.ts",
  "stores/memory-limiter.ts",
  "stores/memory-locks.ts",
  "stores/memory-revocation.ts",
]

// Type-checks before deleting dist, so that a tree with type errors keeps its last build.
compile("--noEmit")
rmSync(join(root, "dist"), { recursive: true, force: true })
compile("--emitDeclarationOnly")
/** For browsers: imports nothing, and knows no URL of its own in a bundle. */
const client = exports["./client"].source
await build({
  absWorkingDir: root,
  entryPoints: [client],
  outbase: "lib",
  outdir: "dist",
  bundle: true,
  format: "esm",
  target: "es2022",
  define: { "import.meta.url": '""' },
  sourcemap: true,
  sourcesContent: false,
})
const sources = Object.values(exports).flatMap(({ source }) => source ?? [])
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: [...sources.filter((source) => source !== client), commandLine],
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
  write: false,
  plugins: [
    { name: "load-after-index", setup: loadAfterIndex },
    { name: "embed-views", setup: embedViews },
    { name: "copy-commonjs", setup: copyCommonJs },
  ],
  logOverride: { "ignored-bare-import": "silent" },
})
for (const { path, text } of outputFiles) write(path, pointAtCommonJs(path, text))
await import("./generate-providers.js")

/**
 * Makes every part that loads on demand, the subpaths that apps use beside the entry point and the command line import
 * the entry point, which apps load first, and those in `actions` the routes, with which nearly all of them load.
 * Independent subpaths import all that the entry point shares with any of them. esbuild puts what the same entry points
 * reach into the same chunk, so `import "express-authjs"` reads five files instead of twenty-five, and the first sign-in page
 * twenty-seven instead of forty. The added imports do not appear in the output.
 */
function loadAfterIndex({ onLoad }) {
  const lib = (path) => join(root, "lib", path)
  const late = new Set([...besideIndex.map(lib), join(root, commandLine), ...partsOnDemand()])
  const alone = new Set(independent.map(lib))
  const earlierThan = (path) => {
    if (alone.has(path)) return shared.map(lib)
    if (!late.has(path)) return []
    return /[\\/]actions[\\/]/.test(path) ? [lib("index.ts"), lib("routes.ts")] : [lib("index.ts")]
  }
  onLoad({ filter: /\.ts$/ }, ({ path }) => {
    const earlier = earlierThan(path)
    if (earlier.length === 0) return
    const imports = earlier.map((file) => `import ${JSON.stringify(file)}\n`)
    return {
      contents: [readFileSync(path, "utf8"), ...imports].join("\n"),
      loader: "ts",
      resolveDir: dirname(path),
    }
  })
}

/** Returns the files of `lib` that others load with `import()`, except those of subpaths that work without the entry point. */
function partsOnDemand() {
  const lib = join(root, "lib")
  const files = readdirSync(lib, { recursive: true }).filter((file) => file.endsWith(".ts"))
  return files
    .filter((file) => !/^(?:database|redis|testing)\b/.test(file))
    .flatMap((file) => {
      const source = readFileSync(join(lib, file), "utf8")
      const imports = [...source.matchAll(/\bimport\("(\.[^"]+)\.js"\)/g)]
      return imports.map(([, path]) => resolve(lib, dirname(file), `${path}.ts`))
    })
}

function compile(mode) {
  const command = [join(typescript, "bin/tsc"), "-p", "tsconfig.build.json", mode]
  execFileSync(process.execPath, command, { cwd: root, stdio: "inherit" })
}

/** @param path absolute, or relative to dist */
function write(path, text) {
  const file = resolve(root, "dist", path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** Replaces the module that reads files of views by one that loads a module with all of them, at its first use. */
function embedViews({ onResolve }) {
  onResolve({ filter: /\/read-view\.js$/ }, () => {
    const folder = join(root, "views")
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    )
    const views = files.map(({ name, parentPath }) => {
      const path = join(parentPath, name)
      return [relative(folder, path).replaceAll("\\", "/"), readFileSync(path, "utf8")]
    })
    write(
      "views/views.cjs",
      `module.exports = ${JSON.stringify(Object.fromEntries(views.sort()), null, 2)}\n`,
    )
    const reader = [
      'exports.readView = (path) => require("./views.cjs")[path]',
      'exports.listViews = () => Object.keys(require("./views.cjs"))',
      'exports.requireEjs = () => require("ejs")',
    ]
    write("views/read-view.cjs", `${reader.join("\n")}\n`)
    return { path: "dist:views/read-view.cjs", external: true }
  })
}

/** Copies the modules in CommonJS, which stay files of their own: bundlers only follow their `require` there. */
function copyCommonJs({ onResolve }) {
  onResolve({ filter: /^\..*\.cjs$/ }, ({ path, resolveDir }) => {
    const file = copyFromLib(join(resolveDir, path))
    return { path: `dist:${file}`, external: true }
  })
}

/** Copies a file with the JSON files that it requires, and returns its path in `lib`. */
function copyFromLib(source) {
  const text = readFileSync(source, "utf8")
  const file = relative(join(root, "lib"), source).replaceAll("\\", "/")
  write(file, source.endsWith(".json") ? JSON.stringify(JSON.parse(text)) : text)
  for (const [, path] of text.matchAll(/require\("(\.[^"]+\.json)"\)/g))
    copyFromLib(join(dirname(source), path))
  return file
}

/** Makes the imports of `copyCommonJs` relative to the file that esbuild put them into. */
function pointAtCommonJs(path, text) {
  return text.replace(/"dist:([^"]+\.cjs)"/g, (_match, file) => {
    const target = relative(dirname(path), join(root, "dist", file)).replaceAll("\\", "/")
    return JSON.stringify(target.startsWith(".") ? target : `./${target}`)
  })
}
