import { expect } from "chai"
import { SnippetWorkshop } from "./snippet-workshop.js"
import { extractSnippets, isRunnable, type Snippet, toFileName, toModule } from "./snippets.js"

const app = `import express from "express"
import { ExpressAuth } from "express-authjs"

const app = express()
app.use("/auth", ExpressAuth({ providers: [] }))
app.listen(3000)
`

describe("extractSnippets", () => {
  it("finds ts, js and cjs fences with their lines, and nothing inside other fences", () => {
    const markdown = [
      "# Title",
      "```ts",
      "const one = 1",
      "```",
      "1. In a list:",
      "   ```js no-run",
      "   const two = 2",
      "   ```",
      "````md",
      "```ts",
      "not code of ours",
      "```",
      "````",
      "```sh",
      "npm start",
      "```",
      "~~~cjs",
      "const three = 3",
      "~~~",
    ].join("\n")
    expect(extractSnippets(markdown, "docs/a.md")).to.deep.equal([
      { file: "docs/a.md", line: 3, language: "ts", code: "const one = 1\n", mayRun: true },
      { file: "docs/a.md", line: 7, language: "js", code: "const two = 2\n", mayRun: false },
      { file: "docs/a.md", line: 18, language: "cjs", code: "const three = 3\n", mayRun: true },
    ])
  })

  it("knows no way to leave a snippet unchecked", () => {
    expect(() => extractSnippets("\n```ts no-check\n```\n", "README.md")).to.throw(
      'README.md:2: a fence may say "ts" or "ts no-run", not "no-check"',
    )
  })
})

describe("isRunnable", () => {
  const rows: [runs: boolean, what: string, change: Partial<Snippet>][] = [
    [true, "an app that listens", {}],
    [true, "an app that is exported", { code: 'import "express-authjs"\nexport const app = 1' }],
    [true, "a CommonJS app", { code: 'require("express-authjs")\nmodule.exports = { app }' }],
    [false, "a fence that says no-run", { mayRun: false }],
    [false, "an app without us", { code: "app.listen(3000)" }],
    [false, "a fragment", { code: 'import { requireAuth } from "express-authjs"\nrequireAuth()' }],
  ]
  for (const [runs, what, change] of rows) {
    it(`is ${runs} for ${what}`, () => expect(isRunnable({ ...snippet(app), ...change })).to.equal(runs))
  }
})

describe("SnippetWorkshop", () => {
  it("compiles apps, fragments and declarations, and names the line of the Markdown in an error", async () => {
    const good = [
      snippet(app, { line: 1 }),
      snippet('app.get("/", auth.requireAuth(), (req, res) => { res.send(req.auth.user) })\n', { line: 2 }),
      snippet("const user = await auth.getSession(req)\nres.json(user)\n", { line: 3, language: "js" }),
      snippet('import { requireAuth } from "express-authjs"\napp.get("/", requireAuth(config))\n', {
        line: 4,
      }),
      snippet('declare module "express-authjs" { interface User { role?: string } }\n', { line: 5 }),
      snippet('const { ExpressAuth } = require("express-authjs")\nExpressAuth(config)\n', {
        line: 6,
        language: "cjs",
      }),
    ]
    const bad = snippet("const a = 1\nconst b: string = a\n", { line: 40 })
    const workshop = await SnippetWorkshop.open([...good, bad])
    const complaint = await workshop.compile()
    await workshop.close()
    expect(complaint.split("\n")).to.have.length(1)
    expect(complaint).to.match(/docs-a\.md\.40\.ts\(41,\d+\): error TS2322/)
  })

  it("runs an app: it must load, and answer without a server error", async () => {
    const cjs = `const express = require("express")
const { ExpressAuth } = require("express-authjs")
const app = express()
app.use("/auth", ExpressAuth({ providers: [] }))
module.exports = app
`
    const snippets = [
      snippet(app),
      snippet(cjs, { language: "cjs", line: 2 }),
      snippet(app.replace("providers", "provider"), { line: 3 }),
      snippet(app.replace('"/auth", ', "() => { throw new Error('broken') }, "), { line: 4 }),
    ]
    const workshop = await SnippetWorkshop.open(snippets)
    const [listening, exported, misspelt, broken] = await Promise.all(
      snippets.map((one) => workshop.run(one)),
    )
    await workshop.close()
    expect([listening, exported]).to.deep.equal(["", ""])
    expect(misspelt).to.include("provider")
    expect(broken).to.include("GET / answers 500")
  })
})

describe("toModule", () => {
  it("keeps the line numbers of the Markdown", () => {
    const module = toModule(snippet('import { a } from "b"\nauth.session()\n', { line: 10 }))
    expect(module.split("\n")[10]).to.match(/^export async function fragment\(.*auth\.session\(\)$/)
  })

  it("gives every snippet a name", () => {
    expect(toFileName(snippet("", { file: "docs/guide/a b.md", line: 3 }))).to.equal("docs-guide-a-b.md.3.ts")
  })
})

function snippet(code: string, change: Partial<Snippet> = {}): Snippet {
  return { file: "docs/a.md", line: 1, language: "ts", code, mayRun: true, ...change }
}
