import { expect } from "chai"
import type { ScratchProject } from "./scratch-project.js"
import { signInAndOut } from "./sign-in-and-out.js"
import { usePackage } from "./use-package.js"
import { visitPages } from "./visit-pages.js"

const versions = [
  ["Express 4.21", { express: "4.21.2", "@types/express": "^4.17.21" }],
  ["Express 4", { express: "^4.22.0", "@types/express": "^4.17.25" }],
  [
    "Express 5 and the types of Passport",
    { express: "^5.1.0", "@types/express": "^5.0.0", "@types/passport": "^1.0.17" },
  ],
] as const

describe("the package, installed", () => {
  const { install } = usePackage()

  for (const [name, dependencies] of versions) {
    describe(`beside ${name}`, () => {
      let project: ScratchProject

      before(async () => {
        const tools = { typescript: "^7.0.2", "@types/node": "^20.19.0" }
        project = await install({
          ...dependencies,
          ...tools,
        })
      })

      for (const app of ["app.mjs", "app.cjs"]) {
        it(`signs users in and out from ${app}`, async () => {
          const { url, stop } = await project.serve(app)
          try {
            await visitPages(url)
            await signInAndOut(url)
          } finally {
            stop()
          }
        })
      }

      for (const file of ["subpaths.mjs", "subpaths.cjs"]) {
        it(`has its subpaths for ${file}`, async () => {
          const { stdout } = await project.node(file)
          const { version, ...found } = JSON.parse(stdout)
          expect(version).to.match(/^\d+\.\d+\.\d+/)
          expect(found).to.deep.equal({
            ExpressAuth: "function",
            client: "function",
            adapters: ["compose"],
            diagnostics: "function",
            stores: ["function", "function"],
            passport: "function",
            development: "development",
            error: "ERR_AUTH_BODY",
            token: "Ada",
            github: "github",
          })
        })
      }

      it("type-checks in ES modules and CommonJS", async () => {
        const complaint = await project.compile()
        expect(complaint, complaint).to.equal("")
      })
    })
  }
})
