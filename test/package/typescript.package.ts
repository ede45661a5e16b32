import { expect } from "chai"
import type { Output, ScratchProject } from "./scratch-project.js"
import { usePackage } from "./use-package.js"

const compilers = { "5.4": "typescript-5.4", "5.9": "typescript-5.9", "7": "typescript" } as const

/** What `module` and `moduleResolution` are set to; TypeScript 7 no longer has node10 resolution. */
const settings = {
  commonjs: (version: string) => ({
    module: "commonjs",
    ...(version !== "7" && { moduleResolution: "node10" }),
  }),
  bundler: () => ({ module: "esnext", moduleResolution: "bundler" }),
  node16: () => ({ module: "node16" }),
  node20: () => ({ module: "node20" }),
  nodenext: () => ({ module: "nodenext" }),
}

type Setting = keyof typeof settings

/** TypeScript before 5.8, and `node16` ever since, do not know that Node can `require` an ES module. */
const cannotRequire = new Set(["5.4 node16", "5.4 nodenext", "5.9 node16", "7 node16"])
/** `node20` came with TypeScript 5.9. */
const unknown = new Set(["5.4 node20"])

describe("the types of the package", () => {
  const { install, tarball } = usePackage()
  let project: ScratchProject

  before(async () => {
    project = await install({
      libsql: "^0.5.29",
      "@types/express": "^5.0.0",
      "@types/node": "^20.19.0",
      "@types/passport": "^1.0.17",
      typescript: "^7.0.2",
      "typescript-5.4": "npm:typescript@~5.4.5",
      "typescript-5.9": "npm:typescript@~5.9.3",
      "@arethetypeswrong/cli": "^0.18.5",
      publint: "^0.3.25",
    })
  })

  for (const [version, compiler] of Object.entries(compilers))
    for (const setting of Object.keys(settings) as Setting[]) {
      const name = `${version} ${setting}`
      if (unknown.has(name)) continue
      const compile = (file: string) =>
        complaints(project, compiler, { file, settings: settings[setting](version) })
      it(`compile with TypeScript ${name}, library checks included`, async () => {
        expect(await compile(setting.startsWith("node") ? "user.mts" : "user.ts")).to.deep.equal([])
      })
      if (!setting.startsWith("node")) continue
      it(`${cannotRequire.has(name) ? "cannot be required" : "can be required"} with TypeScript ${name}`, async () => {
        const found = await compile("user.cts")
        if (!cannotRequire.has(name)) return expect(found).to.deep.equal([])
        expect(found.every((line) => line.includes("TS1471"))).to.equal(true)
        expect(found).to.have.lengthOf(3)
      })
    }

  it("take a connection of libsql with every TypeScript", async () => {
    expect(await complaintsOfSqlite(project)).to.deep.equal([])
  })

  it("satisfy Are the Types Wrong", async () => {
    // Every Node that we support can `require` an ES module.
    const { stdout } = await project.node("node_modules/@arethetypeswrong/cli/dist/index.js", [
      ...["--format", "json", "--ignore-rules", "cjs-resolves-to-esm", "--", tarball()],
    ])
    const { analysis } = JSON.parse(stdout)
    const kinds = analysis.problems.map(({ kind }: { kind: string }) => kind)
    expect(new Set(kinds)).to.deep.equal(new Set(["CJSResolvesToESM"]))
  })

  it("satisfy publint", async () => {
    const { stdout } = await project.node("node_modules/publint/src/cli.js", ["--strict", tarball()])
    expect(stdout).to.include("All good!")
  })
})

async function complaintsOfSqlite(project: ScratchProject): Promise<string[]> {
  const found: string[] = []
  for (const compiler of Object.values(compilers))
    found.push(
      ...(await complaints(project, compiler, { file: "sqlite.mts", settings: settings.nodenext() })),
    )
  return found
}

interface Case {
  readonly file: string
  readonly settings: object
}

/** The compiler's diagnostics for the user's files and ours, without those for other libraries. */
async function complaints(
  project: ScratchProject,
  compiler: string,
  { file, settings }: Case,
): Promise<string[]> {
  const compilerOptions = {
    ...settings,
    ...{ target: "es2022", lib: ["es2023"], types: ["node", "express", "passport"] },
    ...{ strict: true, esModuleInterop: true, noEmit: true, skipLibCheck: false },
  }
  await project.write("tsconfig.case.json", JSON.stringify({ compilerOptions, files: [file] }))
  const output = await project.node(`node_modules/${compiler}/bin/tsc`, ["-p", "tsconfig.case.json"]).then(
    ({ stdout }) => stdout,
    (error: Output) => {
      if (!error.stdout.includes("error TS")) throw error
      return error.stdout
    },
  )
  const lines = output.split("\n").filter((line) => /error TS\d+/.test(line))
  return lines.filter((line) => !line.startsWith("node_modules/") || line.includes("/express-authjs/"))
}
