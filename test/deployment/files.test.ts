import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect } from "chai"
import { parse } from "yaml"
import { createFolder } from "../database/servers.js"

const run = promisify(execFile)
const folder = new URL("../../examples/deployment/", import.meta.url)
const read = (name: string) => readFile(new URL(name, folder), "utf8")
const guide = await readFile(new URL("../../docs/guides/deployment.md", import.meta.url), "utf8")
const app = await read("app.js")

/** The variables that the app reads, itself or through us. */
const variables = [
  ...[...app.matchAll(/process\.env\.(\w+)/g)].map(([, name = ""]) => name),
  ...["AUTH_SECRET", "AUTH_URL", "AUTH_DATABASE_URL", "AUTH_SSO_ISSUER"],
]

describe("the files of the deployment guide", () => {
  it("are shown as they are, unless the guide links to them", async () => {
    const files = (await readdir(folder)).filter((name) => !["package.json", ".dockerignore"].includes(name))
    expect(files).to.have.lengthOf.above(7)
    const linked = ["compose.yaml", "migrate.js"]
    for (const name of files.filter((name) => !linked.includes(name)))
      expect(guide.includes(`\n${await read(name)}\`\`\``), name).to.equal(true)
  })

  it("are no longer than a page, and the app opens with its question", () => {
    expect(app.trimEnd().split("\n")).to.have.lengthOf.at.most(60)
    expect(app).to.match(/^\/\/ [A-Z][^\n]*\?/)
  })

  it("name every variable of the app in the guide", () => {
    const hidden = ["HOST", "PORT"]
    for (const name of variables.filter((name) => !hidden.includes(name)))
      expect(guide, name).to.include(name)
  })

  it("give check-list lines an id each", () => {
    const [, table = ""] = guide.split("## Check-list")
    const ids = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id]) => id)
    expect(ids).to.have.lengthOf.above(12)
    expect(new Set(ids).size).to.equal(ids.length)
  })
})

interface Service {
  image?: string
  build?: string
  command?: string[]
  environment?: Record<string, string>
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
  volumes?: string[]
}

describe("compose.yaml", () => {
  let services: Record<string, Service>
  let volumes: object

  before(async () => {
    const compose = parse(await read("compose.yaml"), { merge: true })
    services = compose.services
    volumes = compose.volumes
  })

  it("starts the app after its tables are created and Redis responds", () => {
    expect(services.app?.depends_on).to.deep.equal({
      migrate: { condition: "service_completed_successfully" },
      redis: { condition: "service_healthy" },
    })
    expect(services.migrate?.depends_on).to.deep.equal({ postgres: { condition: "service_healthy" } })
    expect(services.migrate?.command).to.deep.equal(["node", "migrate.js"])
    for (const name of ["postgres", "redis"])
      expect(services[name]?.healthcheck?.test, name).to.be.an("array")
  })

  it("sets variables that the app reads, for the servers that it starts", () => {
    const environment = services.app?.environment ?? {}
    expect(Object.keys(environment).filter((name) => !variables.includes(name))).to.deep.equal([])
    expect(new URL(environment.REDIS_URL ?? "").hostname).to.be.oneOf(Object.keys(services))
    expect(environment.AUTH_DATABASE_URL).to.match(
      /^postgres:\/\/app:\$\{POSTGRES_PASSWORD:\?[^}]+\}@postgres\/app$/,
    )
    expect(services.migrate?.environment).to.deep.equal(environment)
  })

  it("keeps the data of both servers in volumes, and tests run against the same versions", async () => {
    const named = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.map((path) => path.split(":")[0]),
    )
    expect(named.sort()).to.deep.equal(Object.keys(volumes).sort())
    const workflow = await readFile(new URL("../../.github/workflows/test.yml", import.meta.url), "utf8")
    for (const { image } of Object.values(services))
      if (image) expect(workflow).to.include(`image: ${image}\n`)
  })
})

const analyze = "/usr/bin/systemd-analyze"
if (existsSync(analyze))
  describe("my-app@.service", () => {
    it("is a unit that systemd accepts", async () => {
      const { path, remove } = await createFolder()
      try {
        const unit = (await read("my-app@.service")).replace("/usr/bin/node", process.execPath)
        await writeFile(join(path, "my-app@.service"), unit)
        const { stderr } = await run(analyze, ["verify", join(path, "my-app@.service")])
        expect(stderr).to.not.include("my-app")
      } finally {
        await remove()
      }
    })
  })
else console.log(`No systemd here, so the test of the unit is left out: ${analyze}.`)
