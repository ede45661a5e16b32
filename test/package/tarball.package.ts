import { readdir, readFile, rm } from "node:fs/promises"
import { builtinModules } from "node:module"
import { join, posix, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { expect } from "chai"
import { findSpecifiers } from "../support/module-imports.js"
import { createTemporaryFolder, listTarball, pack } from "./scratch-project.js"

const root = new URL("../../", import.meta.url)

const isBare = (specifier: string) => !specifier.startsWith(".")
const toPackageName = (specifier: string) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier

describe("the tarball", () => {
  let folder: string
  let paths: string[]

  before(async () => {
    folder = await createTemporaryFolder()
    paths = await listTarball(await pack(folder))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it("holds what is needed to run, to type-check and to debug", () => {
    expect(paths).to.include.members([
      "package.json",
      "README.md",
      "LICENSE",
      "dist/index.js",
      "dist/index.d.ts",
      "dist/providers/github.js",
      "dist/providers/github.d.ts",
      "lib/index.ts",
      "dist/views/views.cjs",
    ])
  })

  it("holds every file of the built-in pages in one module", async () => {
    const folder = new URL("views/", root)
    const files = await readdir(folder, { recursive: true, withFileTypes: true })
    const paths = files.filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name))
    const texts = await Promise.all(
      paths.map(async (path) => [relative(fileURLToPath(folder), path), await readFile(path, "utf8")]),
    )
    const { default: views } = await import(new URL("dist/views/views.cjs", root).href)
    expect(views).to.deep.equal(Object.fromEntries(texts))
  })

  it("holds no tests, examples or settings of ours", () => {
    const folders = [...new Set(paths.map((path) => path.split("/")[0]))].sort()
    expect(folders).to.deep.equal(["LICENSE", "README.md", "dist", "lib", "package.json"])
  })

  it("has a file for everything package.json exports", async () => {
    const { exports } = JSON.parse(await readFile(new URL("package.json", root), "utf8"))
    const targets = Object.values(exports).flatMap((target) =>
      typeof target === "string" ? target : Object.values(Object(target)),
    )
    for (const target of targets.map(String)) {
      const [before = "", after] = target.replace("./", "").split("*")
      const found = paths.some((path) =>
        after === undefined ? path === before : path.startsWith(before) && path.endsWith(after),
      )
      expect(found, target).to.equal(true)
    }
  })

  it("loads little with its main entry: no EJS, and nothing that only sign-ins need", async () => {
    const { files, packages } = await findLoaded("index.js")
    expect(packages.filter((name) => !name.startsWith("node:")).sort()).to.deep.equal([
      "@auth/core",
      "cookie",
      "jose",
      "leven",
      "lru-cache",
    ])
    expect(files).to.not.include(await findRoutes())
  })

  it("imports nothing that package.json does not promise, and Express only as a type", async () => {
    const { dependencies, peerDependencies } = JSON.parse(
      await readFile(new URL("package.json", root), "utf8"),
    )
    const dist = new URL("dist/", root)
    const files = (await readdir(dist, { recursive: true })).filter((path) => /\.c?js$/.test(path))
    const texts = await Promise.all(files.map((path) => readFile(new URL(path, dist), "utf8")))
    const packages = new Set(texts.flatMap(findSpecifiers).filter(isBare).map(toPackageName))
    const foreign = [...packages].filter(
      (name) => !name.startsWith("node:") && !builtinModules.includes(name),
    )
    const own = foreign.filter((name) => !(name in peerDependencies))
    expect(own.sort()).to.deep.equal(Object.keys(dependencies).sort())
    expect(foreign).to.not.include("express")
  })
})

/** Every file and package that an entry of dist loads at once: what `import()` and `require()` name loads later. */
async function findLoaded(entry: string): Promise<{ files: string[]; packages: string[] }> {
  const files = new Set([entry])
  const packages = new Set<string>()
  for (const file of files) {
    const text = await readFile(new URL(`dist/${file}`, root), "utf8")
    for (const specifier of findSpecifiers(text.replace(/\b(?:import|require)\d*\s*\(/g, "later(")))
      if (isBare(specifier)) packages.add(toPackageName(specifier))
      else files.add(posix.join(posix.dirname(file), specifier))
  }
  return { files: [...files], packages: [...packages] }
}

async function findRoutes(): Promise<string> {
  const chunks = await readdir(new URL("dist/chunks/", root))
  const routes = chunks.find((name) => /^routes-.*\.js$/.test(name))
  expect(routes).to.be.a("string")
  return `chunks/${routes}`
}
