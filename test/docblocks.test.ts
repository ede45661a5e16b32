import { existsSync } from "node:fs"
import { readdir, readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { expect } from "chai"
import { type Node, SyntaxKind } from "typescript/unstable/ast"
import { API, type Project, type Symbol as TypeScriptSymbol } from "typescript/unstable/sync"

// TypeScript 7 calls its compiler API unstable; an update may require changes here.
const root = fileURLToPath(new URL("../", import.meta.url))
const memberKinds = new Set<SyntaxKind | undefined>([
  SyntaxKind.PropertySignature,
  SyntaxKind.MethodSignature,
  SyntaxKind.PropertyDeclaration,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.GetAccessor,
])

/** What contains types without a name, such as `{ redirect: false }`. The docblock of the function describes them. */
const anonymousKinds = new Set([SyntaxKind.Parameter, SyntaxKind.ConditionalType, SyntaxKind.TypeReference])

describe("docblocks", () => {
  let api: API
  let project: Project

  before(() => {
    api = new API({ cwd: root })
    const [opened] = api.updateSnapshot({ openProjects: [`${root}tsconfig.build.json`] }).getProjects()
    if (!opened) throw new Error("tsconfig.build.json is not a project")
    project = opened
  })
  after(() => api.close())

  it("describe every exported name of lib", () => {
    const files = project.program.getSourceFileNames().filter((name) => name.startsWith(`${root}lib/`))
    const exported = files.flatMap((file) => exportsOf(project, file))
    expect(exported).to.have.lengthOf.above(500)
    const missing = exported.filter((symbol) => isOurs(symbol) && !isDescribed(project, symbol))
    expect(missing.map(placeOf)).to.deep.equal([])
  })

  it("link to pages of docs that exist, with an address that editors and the site can follow", async () => {
    const paths = (await readdir(`${root}lib`, { recursive: true })).filter((path) => path.endsWith(".ts"))
    const texts = await Promise.all(paths.map((path) => readFile(`${root}lib/${path}`, "utf8")))
    const relative = texts.flatMap((text) => text.match(/@see docs\/\S+/g) ?? [])
    expect(relative).to.deep.equal([])
    const linked = texts.flatMap((text) => [...text.matchAll(/\/blob\/main\/(docs\/[\w/-]+\.md)/g)])
    const missing = linked.map(([, path = ""]) => path).filter((path) => !existsSync(root + path))
    expect(linked).to.not.be.empty
    expect(missing).to.deep.equal([])
  })

  it("describe every member that users can reach from what they import", async () => {
    const entries = await readEntries()
    expect(entries).to.have.lengthOf.above(8)
    const members = findMembers(
      project,
      entries.flatMap((entry) => exportsOf(project, entry)),
    )
    expect(members).to.have.lengthOf.above(250)
    const missing = members.filter((symbol) => !isDescribed(project, symbol))
    expect(missing.map(placeOf)).to.deep.equal([])
  })
})

/** Returns the sources of the package's subpaths. */
async function readEntries(): Promise<string[]> {
  const { exports } = JSON.parse(await readFile(`${root}package.json`, "utf8"))
  return Object.values<{ source?: string }>(exports).flatMap(({ source }) =>
    source ? [`${root}${source.slice(2)}`] : [],
  )
}

/** Returns what a module exports, each with the symbol of its declaration. */
function exportsOf({ program, checker }: Project, file: string): TypeScriptSymbol[] {
  const source = program.getSourceFile(file)
  const module = source && checker.getSymbolAtLocation(source)
  return module ? checker.getExportsOfModule(module).map((symbol) => toDeclared({ checker }, symbol)) : []
}

/** Follows re-exports and imports to where a name is declared. */
function toDeclared({ checker }: Pick<Project, "checker">, symbol: TypeScriptSymbol): TypeScriptSymbol {
  const [declaration] = symbol.declarations
  const isAlias =
    declaration?.kind === SyntaxKind.ExportSpecifier || declaration?.kind === SyntaxKind.ImportSpecifier
  return isAlias ? checker.getAliasedSymbol(symbol) : symbol
}

/** Returns the members of all types of ours that the given names lead to, each once. */
function findMembers(project: Project, names: readonly TypeScriptSymbol[]): TypeScriptSymbol[] {
  const seen = new Set<number>()
  const members = new Map<number, TypeScriptSymbol>()
  const visitSymbol = (symbol: TypeScriptSymbol): void => {
    if (seen.has(symbol.id) || !isOurs(symbol) || memberKinds.has(symbol.declarations[0]?.kind)) return
    seen.add(symbol.id)
    for (const declaration of symbol.declarations) visit(declaration.resolve(project))
  }
  const visit = (node: Node | undefined, isAnonymous = false): void => {
    if (!node || isHidden(node)) return
    const symbol = symbolOf(project, node)
    if (symbol && !memberKinds.has(node.kind)) visitSymbol(toDeclared(project, symbol))
    else if (symbol && !isAnonymous) members.set(symbol.id, symbol)
    node.forEachChild((child) => visit(child, isAnonymous || anonymousKinds.has(node.kind)))
  }
  for (const name of names) visitSymbol(name)
  return [...members.values()]
}

/** Returns the symbol of an identifier or of a declared member. */
function symbolOf({ checker }: Project, node: Node): TypeScriptSymbol | undefined {
  if (memberKinds.has(node.kind)) return checker.getSymbolAtLocation((node as Node & { name: Node }).name)
  return node.kind === SyntaxKind.Identifier ? checker.getSymbolAtLocation(node) : undefined
}

/** Whether users cannot see a node: it is the body of a function, a value, or private. */
function isHidden(node: Node): boolean {
  if (node.kind === SyntaxKind.Block || node.kind === SyntaxKind.ObjectLiteralExpression) return true
  const { modifiers } = node as Node & { modifiers?: readonly Node[] }
  return modifiers?.some(({ kind }) => kind === SyntaxKind.PrivateKeyword) ?? false
}

function isOurs({ declarations: [declaration] }: TypeScriptSymbol): boolean {
  return declaration?.path.startsWith(`${root}lib/`) ?? false
}

function isDescribed({ checker }: Project, symbol: TypeScriptSymbol): boolean {
  return symbol.getDocumentationComment(checker).trim() !== ""
}

function placeOf({ name, declarations: [declaration] }: TypeScriptSymbol): string {
  return `${declaration?.path.slice(root.length)}: ${name}`
}
