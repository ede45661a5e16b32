import { readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { expect } from "chai"
import { bundle } from "./bundle.js"
import type { ScratchProject } from "./scratch-project.js"
import { usePackage } from "./use-package.js"

/** What users download, store and load, in KB: less than a tenth above what it was when this was written. */
const budgets = {
  "the tarball": 1_350,
  "node_modules with our dependencies and Express": 17_500,
  "the quick start as one file, with Express": 3_250,
  "the same, minified": 2_250,
}

describe("the size of the package", () => {
  const { install, tarball } = usePackage()
  let project: ScratchProject

  before(async () => {
    project = await install()
  })

  const sizes: Record<keyof typeof budgets, () => Promise<number>> = {
    "the tarball": async () => (await stat(tarball())).size,
    "node_modules with our dependencies and Express": () => sizeOf(join(project.folder, "node_modules")),
    "the quick start as one file, with Express": () => sizeOfBundle(false),
    "the same, minified": () => sizeOfBundle(true),
  }

  for (const [name, budget] of Object.entries(budgets))
    it(`stays in its budget: ${name}`, async () => {
      const kilobytes = Math.round((await sizes[name as keyof typeof budgets]()) / 1000)
      const message = `${name}: ${kilobytes} KB, of ${budget} KB. If the growth is worth it, raise the budget`
      expect(kilobytes, message).to.be.at.most(budget)
      expect(kilobytes, `${message}; if it shrank that much, lower it`).to.be.above(budget * 0.7)
    })

  async function sizeOfBundle(minify: boolean): Promise<number> {
    const file = await bundle(project, "quick-start", { format: "esm", minify })
    return (await stat(join(project.folder, file))).size
  }
})

/** The bytes of all files below a folder. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const stats = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))))
  return stats.reduce((sum, { size }) => sum + size, 0)
}
