import { execFile } from "node:child_process"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Snippet, toFileName, toModule } from "./snippets.js"

const root = fileURLToPath(new URL("../../", import.meta.url))

/** The output of the compiler or the program; empty on success. */
export type Complaint = string

/** A folder inside the repository, so that snippets find our package by its name. */
export class SnippetWorkshop {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async open(snippets: readonly Snippet[]): Promise<SnippetWorkshop> {
    const parent = join(root, "test/.snippets")
    await mkdir(parent, { recursive: true })
    const workshop = new SnippetWorkshop(await mkdtemp(join(parent, "run-")))
    await workshop.#write("tsconfig.json", JSON.stringify(tsconfig))
    for (const snippet of snippets) await workshop.#write(toFileName(snippet), toModule(snippet))
    return workshop
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }

  /** Checks all snippets, JavaScript too, in one run of the compiler. */
  compile(): Promise<Complaint> {
    return start(join(root, "node_modules/.bin/tsc"), ["-p", this.folder, "--pretty", "false"], process.env)
  }

  /** Starts the app of a snippet in its own process and requests two pages. */
  run(snippet: Snippet): Promise<Complaint> {
    const runner = join(root, "test/support/run-snippet.ts")
    const options = ["--import", "tsx", "--conditions", "source", runner]
    return start(
      process.execPath,
      [...options, join(this.folder, toFileName(snippet))],
      environmentOf(snippet),
    )
  }

  #write(name: string, text: string): Promise<void> {
    return writeFile(join(this.folder, name), text)
  }
}

const tsconfig = {
  extends: "../../../tsconfig.json",
  compilerOptions: {
    allowJs: true,
    checkJs: true,
    moduleDetection: "force",
    noUnusedLocals: false,
    noUnusedParameters: false,
    types: ["node"],
  },
  include: [".", "../../support/snippet-scope.ts"],
}

/** The environment that a reader would set: a secret, and the credentials of every provider the snippet imports. */
function environmentOf({ code }: Snippet): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AUTH_|NODE_ENV$)/.test(name))
  const environment: NodeJS.ProcessEnv = Object.fromEntries(inherited)
  Object.assign(environment, { AUTH_SECRET: "a secret of the documentation's own", PORT: "0", NO_COLOR: "1" })
  for (const [, id = ""] of code.matchAll(/\/providers\/([\w-]+)["']/g)) {
    const prefix = `AUTH_${id.toUpperCase().replaceAll("-", "_")}`
    for (const suffix of ["ID", "SECRET", "KEY"]) environment[`${prefix}_${suffix}`] = "for-documentation"
    environment[`${prefix}_ISSUER`] = "https://issuer.example"
  }
  for (const [, name = ""] of code.matchAll(/process\.env\.(AUTH_\w+)/g))
    environment[name] ??= "for-documentation"
  return environment
}

function start(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<Complaint> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd: root, env, timeout: 120_000 }, (error, stdout, stderr) => {
      resolve(error ? `${stdout}${stderr}`.trim() || error.message : "")
    })
  })
}
