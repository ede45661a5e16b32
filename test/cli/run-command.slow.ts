import { readFile, stat } from "node:fs/promises"
import { expect } from "chai"
import { commands } from "../../lib/cli/commands.js"
import { createFolder, runCli } from "../support/run-cli.js"

describe("npx express-authjs", () => {
  let folder: string
  let remove: () => Promise<void>

  before(async () => ({ folder, remove } = await createFolder()))
  after(() => remove())

  it("lists the commands, with --help and without a command", async () => {
    for (const args of [["--help"], ["-h"], []]) {
      const { code, stdout, stderr } = await runCli(folder, args)
      expect([code, stderr]).to.deep.equal([0, ""])
      for (const [name, { summary }] of Object.entries(commands))
        expect(stdout).to.match(lineWith(name, summary))
    }
  })

  it("prints its version", async () => {
    const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"))
    expect(await runCli(folder, ["--version"])).to.deep.equal({ code: 0, stdout: `${version}\n`, stderr: "" })
  })

  for (const name of Object.keys(commands))
    it(`describes ${name} with --help, in lines that fit a terminal`, async () => {
      const { code, stdout } = await runCli(folder, [name, "--help"])
      expect(code).to.equal(0)
      expect(stdout).to.include(`Usage: npx express-authjs ${name}`)
      expect(Math.max(...stdout.split("\n").map((line) => line.length))).to.be.below(121)
      expect(await runCli(folder, ["help", name])).to.include({ stdout })
    })

  it("is documented, command by command", async () => {
    const page = await readFile(new URL("../../docs/reference/cli.md", import.meta.url), "utf8")
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, name]) => name)
    expect(headings).to.deep.equal(Object.keys(commands))
  })

  for (const [name, { load }] of Object.entries(commands))
    it(`is documented, with the options of ${name} as its --help describes them`, async () => {
      const page = await readFile(new URL("../../docs/reference/cli.md", import.meta.url), "utf8")
      const section = page.split(/^## /m).find((text) => text.startsWith(`${name}\n`)) ?? ""
      const documented = [...section.matchAll(/^\| `((?:-\w, )?--[^`]+)` \| (.+) \|$/gm)]
      const help = (await load()).help(name)
      const described = [...help.matchAll(/^ {2}((?:-\w, )?--\S+(?: <\w+>)?) {2,}(.+)$/gm)]
      const rows = (found: readonly RegExpMatchArray[]) =>
        found.map(([, option, text]) => `${option}: ${text}`)
      expect(rows(documented)).to.deep.equal(rows(described).filter((row) => !row.startsWith("-h, --help")))
    })

  it("refuses an unknown command with code 2, and suggests the nearest", async () => {
    const { code, stdout, stderr } = await runCli(folder, ["secrets"])
    expect([code, stdout]).to.deep.equal([2, ""])
    expect(stderr).to.include('Unknown command "secrets". Did you mean "secret"?')
  })

  it("refuses names of Object.prototype as commands", async () => {
    for (const name of ["constructor", "__proto__"]) expect((await runCli(folder, [name])).code).to.equal(2)
  })

  it("refuses an unknown option with code 2, and suggests the nearest", async () => {
    const { code, stderr } = await runCli(folder, ["secret", "--rotat"])
    expect(code).to.equal(2)
    expect(stderr).to.include("Did you mean --rotate?")
  })

  it("refuses an argument too many with code 2", async () => {
    const { code, stderr } = await runCli(folder, ["secret", "rotate"])
    expect(code).to.equal(2)
    expect(stderr).to.include('Unexpected argument: "rotate"')
  })

  it("uses no colours in a file or a pipe, nor anywhere with NO_COLOR", async () => {
    const plain = await runCli(folder, ["nothing"])
    expect(plain.stderr).to.match(/^✗ Unknown/)
    const forced = await runCli(folder, ["nothing"], { FORCE_COLOR: "1" })
    expect(forced.stderr).to.include("\u001b[31m")
    const refused = await runCli(folder, ["nothing"], { NO_COLOR: "1" })
    expect(refused.stderr).to.equal(plain.stderr)
  })

  it("is the program of the package", async () => {
    const { bin } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"))
    expect(bin).to.deep.equal({ "express-authjs": "dist/cli/index.js" })
    const source = new URL("../../lib/cli/index.ts", import.meta.url)
    expect((await stat(source)).isFile()).to.equal(true)
    expect(await readFile(source, "utf8")).to.match(/^#!\/usr\/bin\/env node\n/)
  })
})

function lineWith(name: string, summary: string): RegExp {
  return new RegExp(`^ {2}${name} +${summary.replaceAll(".", "\\.")}$`, "m")
}
