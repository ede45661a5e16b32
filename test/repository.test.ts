import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { readdir, readFile } from "node:fs/promises"
import { promisify } from "node:util"
import { expect } from "chai"
import { parse } from "yaml"

const root = new URL("../", import.meta.url)
const read = (path: string) => readFile(new URL(path, root), "utf8")
const readYaml = async (path: string) => parse(await read(path))
const list = async (folder: string) =>
  (await readdir(new URL(folder, root))).sort().map((name) => `${folder}/${name}`)

const metadata = JSON.parse(await read("package.json"))
/** Where the repository is: package.json alone decides. */
const address = metadata.repository.url.replace(/^git\+|\.git$/g, "")

interface Job {
  uses?: string
  permissions?: Record<string, string>
  steps?: { uses?: string; run?: string }[]
}

interface Workflow {
  permissions: Record<string, string>
  jobs: Record<string, Job>
}

const workflows: [string, Workflow][] = await Promise.all(
  (await list(".github/workflows")).map(
    async (path): Promise<[string, Workflow]> => [path, await readYaml(path)],
  ),
)
const jobs = workflows.flatMap(([path, { jobs }]) =>
  Object.entries(jobs).map(([name, job]) => ({ name: `${path}: ${name}`, job })),
)
const commands = jobs.flatMap(({ job }) => job.steps ?? []).flatMap(({ run }) => run ?? [])

describe("the metadata of the package", () => {
  it("names author, licence, repository, homepage and where to report bugs, all in one place", () => {
    expect(metadata).to.include.keys("author", "license", "description", "keywords", "engines")
    expect(address).to.match(/^https:\/\/github\.com\/[\w-]+\/[\w.-]+$/)
    const [, owner, name] = /github\.com\/([^/]+)\/([^/]+)$/.exec(address) ?? []
    expect(metadata.homepage, "the site, at GitHub Pages").to.equal(`https://${owner}.github.io/${name}/`)
    expect(metadata.bugs.url).to.equal(`${address}/issues`)
  })

  it("is what every absolute link to the repository agrees with", async () => {
    const texts = await Promise.all(
      ["README.md", "SECURITY.md", "CONTRIBUTING.md", ".github/ISSUE_TEMPLATE/config.yml"].map(read),
    )
    const links = texts.flatMap((text) => text.match(/https:\/\/github\.com\/[\w-]+\/express-authjs/g) ?? [])
    expect(new Set(links)).to.deep.equal(new Set([address]))
  })

  it("leads from the README on npm to the documentation: npm resolves relative links in a GitHub repository", async () => {
    const targets = [...(await read("README.md")).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
      ([, path = ""]) => path,
    )
    expect(targets).to.include.members(["docs/README.md", "SECURITY.md", "CHANGELOG.md"])
    expect(targets.filter((path) => path.startsWith("/") || !existsSync(new URL(path, root)))).to.deep.equal(
      [],
    )
  })
})

describe("the workflows", () => {
  it("run only scripts that package.json has", () => {
    const scripts = commands.flatMap((run) => [...run.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name))
    expect(scripts).to.include.members([
      "lint",
      "types",
      "build",
      "test:slow",
      "test:package",
      "release:check",
    ])
    expect(scripts.filter((name = "") => !metadata.scripts[name])).to.deep.equal([])
  })

  it("run everything that .ci/run does", async () => {
    const steps = [...(await read(".ci/run")).matchAll(/^ *(npm (?:run [\w:]+|test))/gm)].map(
      ([, step = ""]) => step,
    )
    expect(steps).to.have.lengthOf.above(5)
    expect(steps.filter((step) => !commands.some((run) => run.startsWith(step)))).to.deep.equal([])
  })

  it("pin each action to a commit, with its version beside it", async () => {
    for (const [path] of workflows)
      for (const [, action = "", pin = ""] of (await read(path)).matchAll(/uses: (\S+?)@(.+)$/gm))
        expect(pin, `${path}: ${action}`).to.match(/^[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it("may read the code and nothing else, except for the jobs that publish the package and the documentation", () => {
    for (const [path, { permissions }] of workflows)
      expect(permissions, path).to.deep.equal({ contents: "read" })
    const more = jobs.filter(({ job }) => job.permissions)
    expect(Object.fromEntries(more.map(({ name, job }) => [name, job.permissions]))).to.deep.equal({
      ".github/workflows/docs.yml: deploy": { pages: "write", "id-token": "write" },
      ".github/workflows/release.yml: publish": { contents: "read", "id-token": "write" },
    })
  })

  it("never put a title, a branch or another text of a visitor's into a command", () => {
    const texts = commands.flatMap((run) => [...run.matchAll(/\$\{\{ (.*?) \}\}/g)].map(([, text]) => text))
    // Pushing a tag takes write access.
    expect(new Set(texts)).to.deep.equal(new Set(["contains(github.ref_name, '-') && 'next' || 'latest'"]))
  })

  it("test every supported Node, with the databases and Redis that the documentation names", async () => {
    const { jobs } = await readYaml(".github/workflows/test.yml")
    for (const job of [jobs.test, jobs.package])
      expect(job.strategy.matrix).to.deep.equal({ node: [20, 22, 24] })
    const images = Object.values<{ image: string }>(jobs.test.services).map(({ image }) => image)
    const guides = (await read("docs/guides/database.md")) + (await read("docs/guides/redis.md"))
    for (const image of images) {
      const [name = "", version = ""] = image.split(":")
      expect(guides.toLowerCase(), image).to.match(
        new RegExp(`${name}\\w* ${version.replace(".", "\\.")}\\b`),
      )
    }
    expect(await read("docs/reference/versions.md")).to.include("| 20, 22, 24 |")
  })

  it("publish with provenance, after every test, and keep no token", async () => {
    const [, release] = workflows.find(([path]) => path.endsWith("release.yml")) ?? []
    expect(release?.jobs.test?.uses).to.equal("./.github/workflows/test.yml")
    expect(release?.jobs.publish).to.include({ needs: "test" })
    const [publish] = commands.filter((run) => run.startsWith("npm publish"))
    expect(publish).to.include("--provenance --access public")
    expect(await read(".github/workflows/release.yml")).to.not.match(/secrets\.|NODE_AUTH_TOKEN/)
  })
})

describe("npm run release:check", () => {
  const check = (...args: string[]) =>
    promisify(execFile)(process.execPath, ["scripts/check-release.js", ...args], { cwd: root }).then(
      () => "",
      ({ stderr }) => String(stderr),
    )

  it("refuses a tag, a changelog and a repository that do not fit, all at once", async () => {
    const complaints = await check("v9.9.9", "stranger/express-authjs")
    expect(complaints).to.include(`expected "v${metadata.version}"`)
    expect(complaints).to.include(`CHANGELOG.md has no "## [${metadata.version}] - YYYY-MM-DD"`)
    expect(complaints).to.include("this is stranger/express-authjs")
  })

  it("names only what does not fit", async () => {
    const complaints = await check(`v${metadata.version}`, address.slice("https://github.com/".length))
    expect(complaints.trim().split("\n")).to.have.lengthOf(1)
    expect(complaints).to.match(/^CHANGELOG\.md has no/)
  })
})

describe("the issue forms", () => {
  it("have what GitHub requires: a name, a description, and fields with their own id", async () => {
    const forms = (await list(".github/ISSUE_TEMPLATE")).filter((path) => !path.endsWith("config.yml"))
    expect(forms).to.have.lengthOf(2)
    for (const path of forms) {
      const { name, description, body } = await readYaml(path)
      expect([name, description], path).to.satisfy((texts: unknown[]) =>
        texts.every((text) => typeof text === "string"),
      )
      const fields = body.filter(({ type }: { type: string }) => type !== "markdown")
      const ids = fields.map(({ id }: { id: string }) => id)
      expect(new Set(ids).size, path).to.equal(fields.length)
      for (const { type, attributes } of fields) {
        expect(["textarea", "input", "dropdown", "checkboxes"], path).to.include(type)
        expect(attributes.label, path).to.be.a("string")
      }
    }
  })

  it("send vulnerabilities to private reporting, and questions to discussions", async () => {
    const { contact_links, blank_issues_enabled } = await readYaml(".github/ISSUE_TEMPLATE/config.yml")
    expect(blank_issues_enabled).to.equal(false)
    expect(contact_links.map(({ url }: { url: string }) => url)).to.deep.equal([
      `${address}/security/advisories/new`,
      `${address}/discussions/new?category=q-a`,
    ])
  })
})
