import { once } from "node:events"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { get, type IncomingMessage } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect } from "chai"
import type { Express } from "express"
import { ExpressAuth } from "express-authjs"
import { expressVersions, type Listening, listen } from "../support/listen.js"
import { passwords } from "../support/passwords.js"

/** What express.static decodes and normalizes, and Express's own matching of `app.use("/private")` does not. */
const unseen = [
  "//private/file.txt",
  "/./private/file.txt",
  "/x/../private/file.txt",
  "/x/%2e%2e/private/file.txt",
  "/%70rivate/file.txt",
  "/private%2Ffile.txt",
  "/%2Fprivate/file.txt",
]
const seen = ["/private/file.txt", "/PRIVATE/file.txt", "/private//file.txt", "/private/./file.txt"]

for (const [version, express] of expressVersions)
  describe(`a guard by prefix before express.static, on ${version}`, () => {
    let folder: string
    const open: Listening[] = []

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "guarded-files-"))
      await mkdir(join(folder, "private"))
      await writeFile(join(folder, "private", "file.txt"), "secret")
    })
    after(() => rm(folder, { recursive: true }))
    afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

    async function ask(build: (app: Express, auth: ReturnType<typeof ExpressAuth>) => void) {
      const auth = ExpressAuth({
        secret: "a secret of at least thirty-two characters",
        providers: [passwords()],
      })
      const app = express()
      app.set("env", "test")
      app.use("/auth", auth)
      build(app, auth)
      const server = await listen(app)
      open.push(server)
      return (path: string) => bodyOf(server.port, path)
    }

    it("does not see every path that express.static takes for its folder, as the guide says", async () => {
      const bodyAt = await ask((app, auth) => {
        app.use("/private", auth.requireAuth())
        app.use(express.static(folder))
      })
      for (const path of unseen) expect(await bodyAt(path), path).to.equal("secret")
      for (const path of seen) expect(await bodyAt(path), path).to.include("ERR_AUTH_UNAUTHENTICATED")
    })

    it("sees all of them where the files have a folder of their own behind it, or it has no prefix", async () => {
      const builds: Parameters<typeof ask>[0][] = [
        (app, auth) => app.use("/private", auth.requireAuth(), express.static(join(folder, "private"))),
        (app, auth) => app.use(auth.requireAuth(), express.static(folder)),
      ]
      for (const build of builds) {
        const bodyAt = await ask(build)
        for (const path of [...seen, ...unseen]) expect(await bodyAt(path), path).to.not.equal("secret")
      }
    })
  })

/** The path goes out as it is: clients by the book resolve dot segments first. */
async function bodyOf(port: number, path: string): Promise<string> {
  const sent = get({ hostname: "localhost", port, path })
  const [answer]: IncomingMessage[] = await once(sent, "response")
  return answer ? (await answer.toArray()).join("") : ""
}
