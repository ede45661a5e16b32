import { copyFile, cp, mkdir, rm, writeFile } from "node:fs/promises"
import { basename, join } from "node:path"
import { expect } from "chai"
import { bundle } from "./bundle.js"
import { createTemporaryFolder, type ScratchProject, serve } from "./scratch-project.js"
import { signInAndOut } from "./sign-in-and-out.js"
import { usePackage } from "./use-package.js"
import { visitPages } from "./visit-pages.js"

const esbuildOptions = {
  ESM: { format: "esm" },
  "minified ESM": { format: "esm", minify: true },
  CommonJS: { format: "cjs" },
  "minified CommonJS": { format: "cjs", minify: true },
} as const

describe("a bundled app, alone in a folder", () => {
  const { install } = usePackage()

  for (const express of ["^4.22.0", "^5.1.0"])
    describe(`with Express ${express}`, () => {
      let project: ScratchProject
      let alone: string

      before(async () => {
        project = await install({
          express,
          ...{ "@vercel/nft": "^1.11.5", webpack: "^5.112.2", rollup: "^4.68.7" },
          "@rollup/plugin-commonjs": "^29.0.3",
          "@rollup/plugin-json": "^6.1.0",
          "@rollup/plugin-node-resolve": "^16.0.3",
        })
      })
      beforeEach(async () => {
        alone = await createTemporaryFolder()
      })
      afterEach(() => rm(alone, { recursive: true, force: true }))

      /** Runs a file of the project where there is nothing else. */
      async function useAlone(file: string): Promise<void> {
        await copyFile(join(project.folder, file), join(alone, basename(file)))
        await use(basename(file))
      }

      async function use(file: string): Promise<void> {
        const { url, stop } = await serve(alone, file)
        try {
          await visitPages(url)
          await signInAndOut(url)
        } finally {
          stop()
        }
      }

      for (const [name, options] of Object.entries(esbuildOptions))
        it(`serves every page as one file of esbuild, ${name}`, async () =>
          useAlone(await bundle(project, "quick-start", options)))

      it("serves every page from the files that @vercel/nft finds", async () => {
        const { stdout } = await project.node("trace.mjs", ["quick-start.mjs"])
        const files: string[] = JSON.parse(stdout)
        expect(files.some((file) => file.endsWith("ejs/package.json"))).to.equal(true)
        for (const file of files) await cp(join(project.folder, file), join(alone, file))
        await use("quick-start.mjs")
      })

      if (express.startsWith("^4")) return
      it("has the templates of the option views only if their folder is deployed with the bundle", async () => {
        const file = await bundle(project, "own-views", { format: "esm" })
        await copyFile(join(project.folder, file), join(alone, file))
        const refusal = await serve(alone, file).catch((error: Error) => error)
        expect(refusal).to.be.an("error")
        await mkdir(join(alone, "views/auth"), { recursive: true })
        await writeFile(
          join(alone, "views/auth/sign-in.ejs"),
          '<h1>Mine</h1><%- partial("badge", { kind: "lock" }) %>',
        )
        const { url, stop } = await serve(alone, file)
        try {
          const page = await fetch(`${url}/auth/signin`)
          expect(await page.text())
            .to.include("<h1>Mine</h1><svg")
            .and.include('<main class="card">')
        } finally {
          stop()
        }
      })
      for (const bundler of ["webpack", "rollup"])
        it(`serves every page as one file of ${bundler}`, async () => {
          await project.node(`${bundler}.mjs`, ["quick-start"])
          await useAlone(`quick-start.${bundler}.mjs`)
        })
    })
})
