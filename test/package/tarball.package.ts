import { readdir, readFile, rm } from "node:fs/promises"
import { builtinModules } from "node:module"
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
      "views/sign-in.ejs",
      "views/assets/style.css",
      "views/assets/icons.json",
      "views/assets/passkey.js",
      "views/assets/simplewebauthn-browser.js",
    ])
  })

  it("holds no tests, examples or settings of ours", () => {
    const folders = [...new Set(paths.map((path) => path.split("/")[0]))].sort()
    expect(folders).to.deep.equal(["LICENSE", "README.md", "dist", "lib", "package.json", "views"])
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

  it("imports nothing that package.json does not promise, and Express only as a type", async () => {
    const { dependencies, peerDependencies } = JSON.parse(
      await readFile(new URL("package.json", root), "utf8"),
    )
    const dist = new URL("dist/", root)
    const files = (await readdir(dist, { recursive: true })).filter((path) => path.endsWith(".js"))
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
