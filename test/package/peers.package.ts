import { copyFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { expect } from "chai"
import type { Format } from "esbuild"
import { postgres } from "../database/servers.js"
import { newPrefix, redisClients, redisUrl } from "../redis/servers.js"
import { bundle } from "./bundle.js"
import { createTemporaryFolder, node, type ScratchProject } from "./scratch-project.js"
import { usePackage } from "./use-package.js"

describe("the packages that providers need, beside the installed package", () => {
  const { install } = usePackage()

  it("are named with the command to run where they are missing; apps without them can be bundled", async () => {
    const project = await install()
    const { stdout } = await project.node("peers.mjs")
    const missing = (user: string, name: string, command: string) => {
      const message = `${user} needs the package ${name}, which is not installed: npm install ${command}`
      const inConfig = `ERR_AUTH_PROVIDER: providers[0] could not be set up: ${message}`
      return [`ERR_AUTH_PROVIDER: ${message}`, `ERR_AUTH_PROVIDER: ${message}`, inConfig]
    }
    const mailer = (id: string) => {
      const [imported, required] = missing("Nodemailer()", "nodemailer", "nodemailer@8")
      return [imported, required, `ERR_AUTH_PROVIDER: ${withoutServer(id)}`]
    }
    const webauthn = ["@simplewebauthn/server", "@simplewebauthn/server@9"] as const
    expect(JSON.parse(stdout)).to.deep.equal({
      nodemailer: mailer("nodemailer"),
      email: mailer("email"),
      passkey: missing('The provider "Passkey"', ...webauthn),
      webauthn: missing('The provider "WebAuthn"', ...webauthn),
      inbox: "none",
      opentelemetry: Array(2).fill(
        "ERR_AUTH_INVALID_OPTION: instrument() needs the package @opentelemetry/api, which is not installed: " +
          "npm install @opentelemetry/api",
      ),
    })
    for (const format of ["esm", "cjs"] as const)
      expect((await runBundled(project, "no-mail", format)).trim()).to.equal("true")
  })

  it("work in apps, also where the app is bundled into one file", async () => {
    const project = await install(everything)
    check((await project.node("mail-and-passkeys.mjs")).stdout)
    for (const format of ["esm", "cjs"] as const)
      check(await runBundled(project, "mail-and-passkeys", format))
  })

  const startDatabase = postgres
  if (startDatabase && redisClients.length > 0)
    it("work in a bundle alone in a folder, with PostgreSQL and Redis", async () => {
      const project = await install({ ...everything, pg: "^8.11.0" })
      const alone = await createTemporaryFolder()
      const database = await startDatabase()
      const { prefix, drop } = newPrefix()
      try {
        for (const format of ["esm", "cjs"] as const) {
          const file = await bundle(project, "mail-and-passkeys", { format })
          await copyFile(join(project.folder, file), join(alone, file))
          check((await node(alone, file, [database.url, redisUrl, prefix])).stdout)
        }
      } finally {
        await Promise.all([database.drop(), drop()])
        await rm(alone, { recursive: true, force: true })
      }
    })
})

/** The message for a mailer that was passed uncalled, so that its package is not needed yet. */
function withoutServer(id: string): string {
  return (
    `Provider "${id}" has no \`server\`. Pass the URL of a mail server, e.g. ` +
    'server: "smtp://user:password@smtp.example.com:587".\n' +
    "To start without them on your own machine, set NODE_ENV=development; Node reads .env only with --env-file=.env."
  )
}

const everything = {
  ...{ nodemailer: "^8.0.5", "@simplewebauthn/server": "^9.0.3" },
  ...{ kysely: "^0.28.18", libsql: "^0.5.29", ioredis: "^6.0.0" },
}

/** What the fixture with mail and passkeys prints. */
function check(output: string): void {
  const { location, texts, timeout } = JSON.parse(output)
  expect([location, timeout]).to.deep.equal(["/auth/verify-request", 300_000])
  expect(texts).to.have.length(2)
  expect(texts[0], "our own mail, with its code").to.match(/\b\d{6}\b/)
  expect(texts[1], "core's mail").to.match(/^Sign in to direct\.example\.com\n/)
}

/** Bundles a fixture and its packages into one file with esbuild, and returns what it prints. */
async function runBundled(project: ScratchProject, name: string, format: Format): Promise<string> {
  return (await project.node(await bundle(project, name, { format }))).stdout
}
