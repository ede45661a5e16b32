import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { expect } from "chai"
import { appFrameOf } from "../../lib/development/app-frame.js"
import { ConfigError } from "../../lib/errors.js"

const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`)

describe("appFrameOf", () => {
  let folder = ""
  let file = ""
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "express-authjs-"))
    file = join(folder, "app.js")
    await writeFile(file, lines.join("\n"))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  function errorAt(...frames: string[]): Error {
    const error = new Error("It broke")
    error.stack = ["Error: It broke", ...frames.map((frame) => `    at ${frame}`)].join("\n")
    return error
  }

  it("returns the line with three before and after", () => {
    const frame = appFrameOf(errorAt(`main (${file}:10:5)`))
    expect(frame?.lines.map(({ number }) => number)).to.deep.equal([7, 8, 9, 10, 11, 12, 13])
    expect(frame?.lines.filter(({ isFaulty }) => isFaulty)).to.deep.equal([
      { number: 10, text: "line 10", isFaulty: true },
    ])
    expect(frame?.place).to.match(/app\.js:10:5$/)
    expect(appFrameOf(errorAt(`main (${file}:1:1)`))?.lines.map(({ number }) => number)).to.deep.equal([
      1, 2, 3, 4,
    ])
  })

  const forms = [
    (path: string) => `${path}:10:5`,
    (path: string) => `async Object.<anonymous> (${path}:10:5)`,
    (path: string) => `new App [as x] (${pathToFileURL(path)}:10:5)`,
    (path: string) => `async ${pathToFileURL(path)}:10:5`,
  ]
  for (const form of forms)
    it(`reads a frame such as ${form("app.js")}`, () =>
      expect(appFrameOf(errorAt(form(file)))?.lines[3]?.number).to.equal(10))

  it("passes over files that are no code: a message that was changed later could name any", async () => {
    await writeFile(join(folder, ".env"), "PASSWORD=secret")
    const error = errorAt(`real (${file}:4:4)`)
    error.stack = `Error: It broke\n    at x (${join(folder, ".env")}:1:1)${error.stack?.slice("Error: It broke".length)}`
    expect(appFrameOf(error)?.place).to.match(/app\.js:4:4$/)
    error.message += " badly"
    expect(appFrameOf(error)?.place).to.match(/app\.js:4:4$/)
  })

  it("passes over dependencies, Node and this package", () => {
    const stack = [
      `a (${join(folder, "node_modules", "express", "index.js")}:1:1)`,
      "b (node:internal/process/task_queues:95:5)",
      `c (${new URL("../../lib/errors.ts", import.meta.url)}:2:2)`,
      `d (${join(folder, "gone.js")}:3:3)`,
      "e (<anonymous>)",
      `f (${file}:4:4)`,
    ]
    expect(appFrameOf(errorAt(...stack))?.place).to.match(/app\.js:4:4$/)
    expect(appFrameOf(errorAt(...stack.slice(0, 5)))).to.equal(undefined)
  })

  it("prefers the innermost cause, and falls back to the error", () => {
    const cause = errorAt(`inner (${file}:6:1)`)
    const outer = new ConfigError("ERR_AUTH_MOUNT", "outer", { cause })
    expect(appFrameOf(outer)?.place).to.match(/:6:1$/)
    const own = errorAt(`outer (${file}:8:1)`)
    own.cause = errorAt("x (node:fs:1:1)")
    expect(appFrameOf(own)?.place).to.match(/:8:1$/)
  })

  it("ignores what the message says, and lines that the file does not have", () => {
    const message = `x\n    at y (${file}:3:3)`
    const error = new Error(message)
    error.stack = `Error: ${message}\n    at z (${file}:5:5)`
    expect(appFrameOf(error)?.place).to.match(/:5:5$/)
    expect(appFrameOf(errorAt(`a (${file}:99:1)`))).to.equal(undefined)
  })
})
