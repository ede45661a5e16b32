import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { chmod, readdir, readFile, writeFile } from "node:fs/promises"
import { createServer as createTlsServer } from "node:https"
import type { AddressInfo } from "node:net"
import { createServer, type Server } from "node:net"
import { join } from "node:path"
import { expect } from "chai"
import express, { type Express } from "express"
import { ExpressAuth } from "express-authjs"
import { database, migrate } from "express-authjs/database"
import Credentials from "express-authjs/providers/credentials"
import { SMTPServer } from "smtp-server"
import { checkNode } from "../../lib/cli/doctor/check-machine.js"
import type { Finding } from "../../lib/cli/doctor/finding.js"
import { redisClients, redisUrl } from "../redis/servers.js"
import { useAuthApps } from "../support/auth-apps.js"
import { freePort } from "../support/free-port.js"
import { createFolder, runCli } from "../support/run-cli.js"
import { selfSigned } from "../support/self-signed-certificate.js"

const longSecret = "Zm9vYmFyYmF6cXV4LTEyMzQ1Njc4OTAtYWJjZGVm"

describe("npx express-authjs doctor", () => {
  let folder: string
  let remove: () => Promise<void>
  const apps = useAuthApps()

  beforeEach(async () => ({ folder, remove } = await createFolder()))
  afterEach(() => remove())

  /** The exit code, and the findings by id. */
  async function examine(args: string[], env: NodeJS.ProcessEnv = {}) {
    const { code, stdout, stderr } = await runCli(folder, ["doctor", "--json", ...args], env)
    expect(stderr).to.equal("")
    const { ok, findings }: { ok: boolean; findings: Finding[] } = JSON.parse(stdout)
    expect(ok).to.equal(code === 0)
    return { code, stdout, findings, of: (id: string) => findings.filter((finding) => finding.id === id) }
  }

  describe("on this machine", () => {
    it("finds nothing wrong with the settings of a production app, and exits with 0", async () => {
      const file = join(folder, "auth.db")
      const db = database(`sqlite:${file}`)
      await migrate(db)
      await db.close()
      const text = `NODE_ENV=production\nAUTH_SECRET=${longSecret}\nAUTH_URL=https://example.com\n`
      await writeFile(join(folder, ".env"), `${text}AUTH_DATABASE_URL=sqlite:./auth.db\n`, { mode: 0o600 })
      const { code, findings } = await examine([])
      expect(code).to.equal(0)
      const ids = findings.filter(({ level }) => level === "ok").map(({ id }) => id)
      expect(ids).to.deep.equal([
        "node",
        "package",
        "environment",
        "secret",
        "address",
        "env-file",
        "database",
        "shared",
      ])
    })

    it("prints a line with ✓, ! or ✗ and the fix for each finding, and exits with 1", async () => {
      const { code, stdout } = await runCli(folder, ["doctor"], { NODE_ENV: "production" })
      expect(code).to.equal(1)
      expect(stdout).to.match(/^✓ node +Node \d+/m)
      expect(stdout).to.match(/^✗ secret +AUTH_SECRET is not set\.\n +→ npx express-authjs secret$/m)
      expect(stdout).to.match(/^! address /m)
      expect(stdout).to.match(/\d fine, \d to look at, 1 wrong\n$/)
    })

    for (const [title, env, id, level] of [
      ["a short secret in production", { NODE_ENV: "production", AUTH_SECRET: "short" }, "secret", "problem"],
      ["a short secret elsewhere", { AUTH_SECRET: "short" }, "secret", "warning"],
      [
        "a secret of one letter",
        { NODE_ENV: "production", AUTH_SECRET: "a".repeat(40) },
        "secret",
        "problem",
      ],
      ["an unset NODE_ENV", {}, "environment", "warning"],
      ["a misspelt NODE_ENV", { NODE_ENV: "prodution" }, "environment", "warning"],
      [
        "an AUTH_URL without TLS",
        { NODE_ENV: "production", AUTH_URL: "http://example.com" },
        "address",
        "problem",
      ],
      ["an AUTH_URL that is none", { AUTH_URL: "example.com" }, "address", "problem"],
      ["AUTH_TRUST_HOST alone", { AUTH_TRUST_HOST: "true" }, "address", "warning"],
      ["an id without a secret", { AUTH_GITHUB_ID: "id" }, "providers", "warning"],
      ["empty credentials", { AUTH_GITHUB_ID: "", AUTH_GITHUB_SECRET: "" }, "providers", "problem"],
      [
        "empty credentials in development",
        { NODE_ENV: "development", AUTH_GITHUB_ID: "", AUTH_GITHUB_SECRET: "" },
        "providers",
        "warning",
      ],
      ["an issuer that is no URL", { AUTH_OKTA_ISSUER: "okta" }, "providers", "problem"],
      ["a REDIS_URL that is none", { REDIS_URL: "127.0.0.1" }, "redis", "problem"],
    ] as const)
      it(`reports ${title} as a ${level}`, async () => {
        const { of, code } = await examine([], env)
        expect(of(id)).to.have.lengthOf(1)
        expect(of(id)[0]).to.include({ level }).and.include.keys("fix")
        if (level === "problem") expect(code).to.equal(1)
      })

    it("says that a secret has a former name", async () => {
      const { of } = await examine([], { NEXTAUTH_SECRET: longSecret })
      expect(of("secret")[0]?.text).to.include("NEXTAUTH_SECRET is set: rename it to AUTH_SECRET")
    })

    it("shows no secret, password or key of the settings (S57)", async () => {
      const values = {
        AUTH_SECRET: "topsecret-1",
        AUTH_GITHUB_SECRET: "topsecret-2",
        AUTH_DATABASE_URL: `postgres://user:topsecret-3@127.0.0.1:${await freePort()}/none`,
        REDIS_URL: `redis://user:topsecret-4@127.0.0.1:${await freePort()}`,
      }
      const { stdout, of } = await examine([], values)
      expect(stdout).to.not.include("topsecret")
      expect(of("database")[0]?.level).to.equal("problem")
      expect(of("redis")[0]?.level).to.equal("problem")
    })

    it("prints a finding on one line, whatever the settings contain (S57)", async () => {
      const issuer = `http://127.0.0.1:${await freePort()}/\u001b[2J\n\u2713 forged  all is fine\n`
      const { stdout } = await runCli(folder, ["doctor"], { AUTH_SSO_ISSUER: issuer })
      expect(stdout)
        .to.include("does not respond")
        .and.not.match(/^\S forged|[^\P{C}\n]/mu)
    })

    it("reports a .env that others can read, or that git would add or tracks (S57)", async () => {
      const env = join(folder, ".env")
      await writeFile(env, "A=1\n")
      await chmod(env, 0o644)
      expect((await examine([])).of("env-file")[0]?.fix).to.equal("chmod 600 .env")
      execFileSync("git", ["-C", folder, "init", "-q"])
      expect((await examine([])).of("env-file")[0]?.text).to.include("does not ignore")
      execFileSync("git", ["-C", folder, "add", ".env"])
      expect((await examine([])).of("env-file")[0]?.level).to.equal("problem")
    })

    it("reports a database without tables, and creates none, nor a file for SQLite", async () => {
      const missing = await examine([], { AUTH_DATABASE_URL: "sqlite:./auth.db" })
      expect(missing.of("database")[0]?.fix).to.equal("npx express-authjs migrate apply")
      expect(existsSync(join(folder, "auth.db"))).to.equal(false)
      await writeFile(join(folder, "auth.db"), "")
      const empty = await examine([], { AUTH_DATABASE_URL: "sqlite:./auth.db" })
      expect(empty.of("database")[0]?.text).to.match(/\d+ statements are to run/)
      expect(
        (await examine([], { AUTH_DATABASE_URL: "sqlite:./auth.db" })).of("database")[0]?.level,
      ).to.equal("problem")
    })

    it("asks an OpenID provider for its discovery document, and compares the issuer", async () => {
      const { issuer } = apps.idp()
      const right = await examine([], { AUTH_DEMO_ISSUER: issuer })
      expect(right.of("providers")).to.deep.equal([
        { id: "providers", level: "ok", text: `AUTH_DEMO: ${issuer} publishes its discovery document.` },
      ])
      const slash = await examine([], { AUTH_DEMO_ISSUER: `${issuer}/` })
      expect(slash.of("providers")[0]?.text).to.include(`another issuer, ${issuer}`)
      const wrong = await examine([], { AUTH_DEMO_ISSUER: `${issuer}/nothing` })
      expect(wrong.of("providers")[0]?.text).to.include("status 404")
      const closed = await examine([], { AUTH_DEMO_ISSUER: `http://127.0.0.1:${await freePort()}` })
      expect(closed.of("providers")[0]?.text).to.include("ECONNREFUSED")
    })

    describe("mail", () => {
      const listening: { close(): unknown }[] = []
      afterEach(() => Promise.all(listening.splice(0).map((server) => server.close())))

      async function ask(options: object, { scheme = "smtp", trusted = true } = {}) {
        const { privateKey: key, certificate: cert } = selfSigned("localhost")
        const all: object = { key, cert, logger: false, ...options }
        const server = new SMTPServer(all)
        server.on("error", () => {})
        listening.push({ close: () => new Promise<void>((resolve) => server.close(resolve)) })
        const port = await new Promise<number>((resolve) => {
          const listener = server.listen(0, "127.0.0.1", () =>
            resolve((listener.address() as AddressInfo).port),
          )
        })
        const file = join(folder, "certificate.pem")
        await writeFile(file, cert)
        const value = `${scheme}://user:topsecret@localhost:${port}`
        const { of, stdout } = await examine([], {
          EMAIL_SERVER: value,
          ...(trusted && { NODE_EXTRA_CA_CERTS: file }),
        })
        expect(stdout).to.not.include("topsecret")
        return of("mail").map(({ level, text }) => `${level} ${text}`)
      }

      it("finds servers with STARTTLS and with TLS", async () => {
        expect(await ask({})).to.deep.equal(["ok EMAIL_SERVER: the mail server responds, with STARTTLS."])
        const secure = await ask({ secure: true }, { scheme: "smtps" })
        expect(secure).to.deep.equal(["ok EMAIL_SERVER: the mail server responds, with TLS."])
      })

      it("accepts a server on this machine without TLS", async () => {
        const [line] = await ask({ disabledCommands: ["STARTTLS"] })
        expect(line).to.equal("ok EMAIL_SERVER: the mail server on this machine responds.")
      })

      it("reports a certificate that is not trusted", async () => {
        for (const options of [{}, { secure: true, scheme: "smtps" }] as const) {
          const [line] = await ask(options, {
            trusted: false,
            scheme: "scheme" in options ? "smtps" : "smtp",
          })
          expect(line).to.match(/^problem EMAIL_SERVER: .*certificate/)
        }
      })

      it("reports a server that refuses clients", async () => {
        const [line] = await ask({
          onConnect: (_: object, done: (error: Error) => void) => done(new Error("go away")),
        })
        expect(line).to.match(/^problem EMAIL_SERVER: The mail server refuses: .*go away/)
      })

      it("reports what is no mail server, closes at once, or does not listen", async () => {
        const web = createServer((socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))
        const closing = createServer((socket) => void socket.destroy())
        for (const [port, text] of [
          [await portOf(web), "no mail server"],
          [await portOf(closing), "closed without a reply"],
          [await freePort(), "ECONNREFUSED"],
        ] as const) {
          const { of } = await examine([], { SMTP_URL: `smtp://127.0.0.1:${port}` })
          expect(of("mail")[0]).to.include({ level: "problem" })
          expect(of("mail")[0]?.text).to.match(new RegExp(`^SMTP_URL: .*${text}`))
        }
        web.close()
        closing.close()
      })

      it("reports the key of a mail service that is listed, but empty", async () => {
        const mail = async (env: NodeJS.ProcessEnv) => (await examine([], env)).of("mail")[0]
        expect(await mail({ AUTH_RESEND_KEY: "" })).to.include({ level: "problem" })
        expect(await mail({ AUTH_RESEND_KEY: "", NODE_ENV: "development" })).to.include({ level: "warning" })
        expect(await mail({ AUTH_RESEND_KEY: "key" })).to.include({ level: "ok" })
      })
    })

    describe("on a server", () => {
      const production = { NODE_ENV: "production" }
      const levelOf = async (id: string, env: NodeJS.ProcessEnv) => (await examine([], env)).of(id)[0]?.level

      it("reports stores that several processes would not share", async () => {
        expect(await levelOf("shared", production)).to.equal("warning")
        expect(await levelOf("shared", { ...production, AUTH_DATABASE_URL: "sqlite:./x" })).to.equal("ok")
        expect(await levelOf("shared", { NODE_ENV: "development" })).to.equal(undefined)
      })

      it("reports whose addresses the app believes, by the file that creates it", async () => {
        const app = (line: string) => `import express from "express"\nconst app = express()\n${line}\n`
        for (const [line, level] of [
          ["", "warning"],
          ['app.set("trust proxy", "loopback")', "ok"],
          ["app.set('trust proxy', 1)", "ok"],
          ['app.set("trust proxy", true)', "problem"],
        ] as const) {
          await writeFile(join(folder, "app.js"), app(line))
          expect(await levelOf("client-address", production), line).to.equal(level)
        }
        expect(await levelOf("client-address", {})).to.equal(undefined)
      })
    })

    it("is documented: each line of the deployment guide's check-list is an id here, or yours to check", async () => {
      const ids = { here: await idsIn(/^(?!check-site)/), url: await idsIn(/^check-site/) }
      const [, list = ""] = (await read("docs/guides/deployment.md")).split("## Check-list")
      const rows = [...list.matchAll(/^\| `([\w-]+)` \| ([^|]+) \|/gm)]
      expect(rows).to.have.lengthOf.above(10)
      const wrong = rows.filter(([, id = "", by = ""]) => {
        const found = [
          by.includes("`doctor`") && !ids.here.has(id),
          by.includes("`doctor --url`") && !ids.url.has(id),
        ]
        return found.some(Boolean) || !/`doctor|yours to check/.test(by)
      })
      expect(wrong.map(([row]) => row)).to.deep.equal([])
      const [, reference = ""] = (await read("docs/reference/cli.md")).split("## doctor")
      for (const id of [...ids.here, ...ids.url]) expect(reference, id).to.include(`\`${id}\``)
    })

    if (redisClients.length > 0)
      it("asks Redis for its eviction policy", async () => {
        const { of } = await examine([], { REDIS_URL: redisUrl })
        expect(of("redis")[0]?.text).to.match(/evicts (?:nothing|keys)/)
      })

    for (const [title, replies, level, text] of [
      [
        "evicts keys",
        "*2\r\n$16\r\nmaxmemory-policy\r\n$11\r\nallkeys-lru\r\n+PONG\r\n",
        "problem",
        "allkeys-lru",
      ],
      ["does not tell its policy", "-ERR unknown command 'CONFIG'\r\n+PONG\r\n", "warning", "does not tell"],
      ["refuses the password", "-WRONGPASS invalid password\r\n", "problem", "refuses the password"],
      ["is no Redis", "x".repeat(70_000), "problem", "no Redis"],
    ] as const)
      it(`reports a server that ${title}`, async () => {
        const server = createServer((socket) => void socket.once("data", () => socket.write(replies)))
        const { of } = await examine([], { REDIS_URL: `redis://:x@127.0.0.1:${await portOf(server)}` })
        server.close()
        expect(of("redis")[0]).to.include({ level })
        expect(of("redis")[0]?.text).to.include(text)
      })

    it("waits ten seconds for a server that sends a byte at a time (S37)", async () => {
      const drip = createServer((socket) => {
        const timer = setInterval(() => socket.write("2"), 200)
        socket.on("error", () => {}).on("close", () => clearInterval(timer))
      })
      const address = `127.0.0.1:${await portOf(drip)}`
      const { of } = await examine([], { REDIS_URL: `redis://${address}`, SMTP_URL: `smtp://${address}` })
      drip.close()
      for (const id of ["redis", "mail"]) expect(of(id)[0]?.text).to.include("No answer within 10 seconds")
    })

    it("supports the versions of Node that package.json does", () => {
      const supported = ["20.19.0", "20.20.2", "22.12.0", "24.0.0"].map((version) => checkNode(version).level)
      expect(new Set(supported)).to.deep.equal(new Set(["ok"]))
      const others = ["18.20.0", "20.18.1", "21.7.3", "22.11.0"].map((version) => checkNode(version).level)
      expect(new Set(others)).to.deep.equal(new Set(["problem"]))
    })
  })

  describe("--url", () => {
    const levels = (findings: readonly Finding[]) => findings.map(({ id, level }) => `${id} ${level}`)

    it("finds nothing wrong with a healthy app, at its address or at that of its mount", async () => {
      const { url } = await apps.start()
      for (const address of [url, `${url}/auth`, `${url}/auth/`]) {
        const { code, findings } = await examine(["--url", address])
        expect(levels(findings)).to.deep.equal(
          ["mount", "address", "callbacks", "clock", "cookies", "host", "session"].map((id) => `${id} ok`),
        )
        expect(code).to.equal(0)
      }
    })

    it("lists the callback URLs to register, without those that need no registration", async () => {
      const people = { id: "development", name: "Development", type: "oauth" } as const
      const other = Credentials({ authorize: () => null })
      const fake = { ...people, clientId: "x", clientSecret: "x", authorization: "https://x.example/a" }
      const places = { token: "https://x.example/t", userinfo: "https://x.example/u" }
      const { url } = await apps.start({ providers: [apps.demo(), other, { ...fake, ...places }] })
      const { of } = await examine(["--url", url])
      expect(of("callbacks").map(({ text }) => text)).to.deep.equal([
        `To register at each provider: ${url}/auth/callback/demo`,
      ])
    })

    it("reports a wrong path, and a server that does not respond", async () => {
      const { url } = await apps.start()
      const { code, of } = await examine(["--url", `${url}/login`])
      expect(code).to.equal(1)
      expect(of("mount")[0]?.text).to.include("/login/providers answers 404")
      const closed = await examine(["--url", `http://localhost:${await freePort()}`])
      expect(closed.of("mount")[0]?.text).to.match(/does not respond: .+/)
    })

    it("reports an app that believes to be elsewhere", async () => {
      const { url } = await apps.start({ url: "https://elsewhere.example" })
      const { of } = await examine(["--url", url])
      expect(of("address")[0]).to.include({ level: "problem" })
      expect(of("address")[0]?.text).to.include("https://elsewhere.example/auth/callback/demo")
    })

    it("reports an app that believes a forged host", async () => {
      const { url } = await apps.start({ trustHost: true })
      expect((await examine(["--url", url])).of("host")[0]?.level).to.equal("problem")
    })

    it("reports a clock that is minutes off, a proxy that drops cookies, and one that caches sessions", async () => {
      const before = (app: Express) =>
        app.use((_req, res, next) => {
          const writeHead = res.writeHead.bind(res)
          res.setHeader("date", new Date(Date.now() + 120_000).toUTCString())
          Object.assign(res, {
            writeHead: (status: number) => {
              res.removeHeader("set-cookie")
              res.setHeader("cache-control", "public, max-age=60")
              return writeHead(status)
            },
          })
          next()
        })
      const { url } = await apps.start({}, { before })
      const { findings, of } = await examine(["--url", url])
      expect(levels(findings)).to.include.members(["clock problem", "cookies problem", "session problem"])
      expect(of("clock")[0]?.text).to.match(/1[12]\d seconds ahead/)
    })

    for (const [title, proxy, level] of [
      ["that knows of https", 1, "ok"],
      ["that believes in http", false, "problem"],
    ] as const)
      it(`checks the cookies of an app behind https ${title}`, async () => {
        const app = express()
        if (proxy) app.set("trust proxy", proxy)
        const logger = { error: () => {}, warn: () => {} }
        app.use((req, _res, next) => {
          Object.defineProperty(req.socket, "encrypted", { value: false })
          req.headers["x-forwarded-proto"] = "https"
          next()
        })
        app.use("/auth", ExpressAuth({ providers: [apps.demo()], secret: longSecret, logger }))
        const { privateKey, certificate } = selfSigned("localhost")
        const server = createTlsServer({ key: privateKey, cert: certificate }, app)
        const url = `https://localhost:${await portOf(server)}`
        const { of } = await examine(["--url", url], {
          NODE_TLS_REJECT_UNAUTHORIZED: "0",
          NODE_NO_WARNINGS: "1",
        })
        server.close()
        server.closeAllConnections()
        expect(of("cookies")[0]).to.include({ level })
        expect(of("address")[0]).to.include({ level })
      })

    it("reports a certificate that is not trusted", async () => {
      const { privateKey, certificate } = selfSigned("localhost")
      const server = createTlsServer({ key: privateKey, cert: certificate })
      const { of } = await examine(["--url", `https://localhost:${await portOf(server)}`])
      server.close()
      expect(of("mount")[0]?.text).to.match(/certificate/)
    })

    it("prints nothing that a stranger's server could control a terminal with (S57)", async () => {
      const app = express()
      app.get("/auth/providers", (_req, res) =>
        res.json({ evil: { callbackUrl: "https://evil.example/\u001b[2J\u202e\nx" } }),
      )
      const server = app.listen(0)
      const { stdout } = await runCli(folder, ["doctor", "--url", `http://localhost:${await portOf(server)}`])
      server.close()
      expect(stdout)
        .to.include("https://evil.example/")
        .and.not.match(/[^\P{C}\n]/u)
    })

    it("refuses what is no URL, and options for this machine, with code 2", async () => {
      for (const args of [
        ["--url", "example.com"],
        ["--url", "http://localhost", "--names", "prisma"],
        ["--names", "x"],
      ])
        expect((await runCli(folder, ["doctor", ...args])).code).to.equal(2)
    })
  })
})

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), "utf8")

/** Returns the ids of the findings that some of the doctor's files create. */
async function idsIn(files: RegExp): Promise<Set<string>> {
  const folder = "lib/cli/doctor"
  const names = (await readdir(new URL(`../../${folder}`, import.meta.url))).filter((name) =>
    files.test(name),
  )
  const texts = await Promise.all(names.map((name) => read(`${folder}/${name}`)))
  const finding = /\b(?:ok|warning|problem|failed)\(\s*"([\w-]+)"/g
  return new Set(texts.flatMap((text) => [...text.matchAll(finding)].map(([, id = ""]) => id)))
}

async function portOf(server: Server): Promise<number> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, () => resolve()))
  server.unref()
  return (server.address() as AddressInfo).port
}
