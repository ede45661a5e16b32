import { expect } from "chai"
import { findSpecifiers, type ModuleImport, readImports } from "./support/module-imports.js"

/** The floors, from the ground up. Imports go down, or stay in their own room; rooms on one floor do not know each other. */
const floors = [
  ["errors.ts"],
  ["diagnostics"],
  ["stores", "texts", "views"],
  ["config"],
  ["http"],
  ["audit"],
  ["session"],
  ["providers", "limits"],
  ["development"],
  ["mail"],
  ["passkeys", "logout", "password"],
  ["engine", "pages"],
  ["account"],
  ["notices"],
  ["replies"],
  ["actions", "guard"],
  ["express-auth.ts", "routes.ts"],
  ["index.ts", "adapters.ts", "jwt.ts", "providers.ts"],
]

/**
 * Subpaths of their own: they may import every floor, and no other room imports them. The command line uses them as an
 * app does, by their entry points.
 */
const leaves = ["passport", "database", "redis", "testing", "observability", "cli", "client"]

const { files, imports } = await readImports(new URL("../lib/", import.meta.url))

describe("lib", () => {
  it("has a floor for every file", () => {
    expect(files).to.not.be.empty
    const homeless = files.filter((file) => floorOf(file) === undefined && !isLeaf(file))
    expect(homeless, "Give these a floor in test/layers.test.ts").to.deep.equal([])
  })

  it("imports only downwards", () => {
    const wrong = imports.map(explain).filter((problem) => problem !== undefined)
    expect(wrong, `\n${wrong.join("\n")}\n`).to.deep.equal([])
  })

  it("has no circle of imports, not even within a room", () => {
    expect(findCircles(imports)).to.deep.equal([])
  })

  it("never imports itself by its package name", () => {
    const own = imports.filter(({ to }) => /^express-authjs(\/|$)/.test(to))
    expect(own).to.deep.equal([])
  })
})

describe("the rule of the layers", () => {
  const rows: [from: string, to: string, problem: string | undefined][] = [
    ["engine/call-core.ts", "config/resolve-config.ts", undefined],
    ["http/csrf.ts", "http/cookies.ts", undefined],
    ["passport/index.ts", "actions/sign-in.ts", undefined],
    ["config/env.ts", "node:crypto", undefined],
    ["config/env.ts", "http/origin.ts", "lib/config/env.ts imports lib/http/origin.ts, which is above it"],
    ["limits/a.ts", "providers/b.ts", "lib/limits/a.ts imports lib/providers/b.ts, which is beside it"],
    ["actions/a.ts", "guard/b.ts", "lib/actions/a.ts imports lib/guard/b.ts, which is beside it"],
    ["index.ts", "redis/store.ts", "lib/index.ts imports lib/redis/store.ts, which is a leaf"],
    ["cli/index.ts", "redis/store.ts", "lib/cli/index.ts imports lib/redis/store.ts, which is a leaf"],
    ["cli/migrate.ts", "database/index.ts", undefined],
    ["database/a.ts", "cli/index.ts", "lib/database/a.ts imports lib/cli/index.ts, which is a leaf"],
    ["engine/a.ts", "../test/b.ts", "lib/engine/a.ts imports lib/../test/b.ts, which has no floor"],
  ]
  for (const [from, to, problem] of rows) {
    it(`${problem ? "refuses" : "allows"} ${from} → ${to}`, () =>
      expect(explain({ from, to })).to.equal(problem))
  }

  it("finds circles of any length", () => {
    const pairs = ["a b", "b c", "c a", "c d", "e e", "f a"].map((pair) => pair.split(" "))
    const circles = findCircles(pairs.map(([from = "", to = ""]) => ({ from, to })))
    expect(circles.map((circle) => circle.join(""))).to.deep.equal(["abca", "ee"])
  })

  it("sees every form of import, and none in a comment or in a program as a text", () => {
    const source = `import a from "./a.js"
import type { B } from "./b.js"
import "./c.js"
export * from "./d.js"
export { type E,
  e2 } from "./e.js"
const f = await import("./f.js")
type G = import("./g.js").G
const text = "from './no.js'"
const program = \`import { x } from "./no.js"
import y from "./no.js"\`
// import h from "./no.js"
/** @example import i from "./no.js" */`
    const seen = findSpecifiers(source)
    expect(seen.map((specifier) => specifier[2]).join("")).to.equal("abcdefg")
  })
})

/** The files of each circle, in the order in which they import each other. */
function findCircles(all: readonly ModuleImport[]): string[][] {
  const targets = new Map<string, string[]>()
  for (const { from, to } of all) targets.set(from, [...(targets.get(from) ?? []), to])
  const done = new Set<string>()
  const circles: string[][] = []
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file)
    if (start >= 0) circles.push([...path.slice(start), file])
    if (start >= 0 || done.has(file)) return
    for (const to of targets.get(file) ?? []) visit(to, [...path, file])
    done.add(file)
  }
  for (const file of targets.keys()) visit(file, [])
  return circles
}

/** What is wrong with an import; `undefined` when nothing is. */
function explain({ from, to }: ModuleImport): string | undefined {
  if (!to.endsWith(".ts") || folderOf(from) === folderOf(to)) return undefined
  const sentence = `lib/${from} imports lib/${to}, which`
  if (from.startsWith("cli/") && /^\w+\/index\.ts$/.test(to) && isLeaf(to)) return undefined
  if (isLeaf(to)) return `${sentence} is a leaf`
  const target = floorOf(to)
  if (target === undefined) return `${sentence} has no floor`
  const source = floorOf(from) ?? floors.length
  if (target < source) return undefined
  return `${sentence} is ${target === source ? "beside" : "above"} it`
}

/** The first folder below lib; a file that lies in lib itself is its own, but those of one floor stand together. */
function folderOf(file: string): string {
  const [first = "", rest] = file.split("/")
  return rest === undefined ? `floor ${floorOf(file)}` : first
}

function floorOf(file: string): number | undefined {
  const [first = ""] = file.split("/")
  const floor = floors.findIndex((names) => names.includes(first))
  return floor < 0 ? undefined : floor
}

function isLeaf(file: string): boolean {
  return leaves.includes(file.split("/")[0] ?? "")
}
