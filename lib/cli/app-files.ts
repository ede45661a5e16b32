import { packageRequire } from "../config/package-require.js"
import { addProvider, testValueOf } from "./env-files.js"
import { importOf, type ProviderModule } from "./provider-module.js"
import { createSecret } from "./secret.js"

/** What a new app should be like. */
export interface NewApp {
  /** The name of its folder. */
  readonly name: string
  /** Whether it is written in TypeScript. */
  readonly typescript: boolean
  /** The providers beside the development sign-in. */
  readonly providers: readonly ProviderModule[]
  /** The version of this package to install: a range, a tag, or the path of a tarball. */
  readonly version: string | undefined
}

/** What a new app tells git to ignore. */
export const ignored = ["node_modules", "dist", ".env", ".env.*", "!.env.example", "!.env.test"]

/** Returns the files of a new app: their texts by path, `.gitignore` before the secrets that it is about. TypeScript adds the types of the roles. */
export function appFiles(app: NewApp): Record<string, string> {
  const extension = app.typescript ? "ts" : "js"
  return {
    ".gitignore": `${ignored.join("\n")}\n`,
    "package.json": `${JSON.stringify(packageJson(app), undefined, 2)}\n`,
    ...(app.typescript && toJsonFiles({ "tsconfig.json": tsconfig, "tsconfig.build.json": buildConfig })),
    [`app.${extension}`]: appSource(app),
    [`server.${extension}`]: serverSource,
    [`test/app.test.${extension}`]: testSource,
    "views/home.ejs": view("Home", home),
    "views/dashboard.ejs": view("Dashboard", dashboard),
    "views/admin.ejs": view("Admin", admin),
    ".env": environment(app, createSecret()),
    ".env.example": environment(app, ""),
    ".env.test": testEnvironment(app),
  }
}

const javascriptScripts = {
  dev: "node --env-file=.env --watch server.js",
  start: "node --env-file-if-exists=.env server.js",
  test: "node --env-file=.env.test --test",
}

/** Node 20 takes no patterns: there the shell expands one, which cannot find files in deeper folders. */
const testPattern = /^v20\./.test(process.version) ? "test/*.test.ts" : '"test/**/*.test.ts"'

const typescriptScripts = {
  dev: "tsx watch --env-file=.env server.ts",
  build: "tsc --project tsconfig.build.json",
  start: "node --env-file-if-exists=.env dist/server.js",
  types: "tsc",
  test: `tsc && tsx --env-file=.env.test --test ${testPattern}`,
}

const typescriptPackages = ["@types/express", "@types/node", "@types/supertest", "tsx", "typescript"]

function packageJson({ name, typescript, version }: NewApp): object {
  const own = readOwnPackage()
  const pick = (names: readonly string[]) => Object.fromEntries(names.map((each) => [each, own.ranges[each]]))
  return {
    name: toPackageName(name),
    private: true,
    type: "module",
    scripts: typescript ? typescriptScripts : javascriptScripts,
    dependencies: { ...pick(["ejs", "express"]), "express-authjs": version ?? `^${own.version}` },
    devDependencies: pick(["supertest", ...(typescript ? typescriptPackages : [])].sort()),
  }
}

/** Our own package.json has the versions that we test with. */
function readOwnPackage(): { version: string; ranges: Record<string, string> } {
  const { version, dependencies, devDependencies }: OwnPackage = packageRequire()(
    "express-authjs/package.json",
  )
  return { version, ranges: { ...devDependencies, ...dependencies } }
}

interface OwnPackage {
  readonly version: string
  readonly dependencies: Record<string, string>
  readonly devDependencies: Record<string, string>
}

/** Folders may have names that packages may not. */
function toPackageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+|-+$/g, "")
  return name === "" || name === "node_modules" || name === "express-authjs" ? "my-app" : name.slice(0, 100)
}

function toJsonFiles(values: Record<string, object>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([path, value]) => [path, `${JSON.stringify(value, undefined, 2)}\n`]),
  )
}

/** For the editor and `npm test`, which also check the tests. */
const tsconfig = {
  compilerOptions: {
    target: "es2023",
    module: "nodenext",
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ["*.ts", "test"],
}

const buildConfig = {
  extends: "./tsconfig.json",
  compilerOptions: { noEmit: false, outDir: "dist", rootDir: "." },
  include: ["*.ts"],
}

function appSource({ providers, typescript }: NewApp): string {
  const imports = providers.map((provider) => `${importOf(provider)}\n`)
  const all = [...providers.map(({ identifier }) => identifier), "DevelopmentSignIn()"]
  return `import express from "express"
import { ExpressAuth } from "express-authjs"
import { DevelopmentSignIn } from "express-authjs/development"
${typescript ? 'import type {} from "express-authjs/jwt"\n' : ""}${imports.join("")}${typescript ? roleTypes : ""}
export const app = express()
const auth = ExpressAuth({
  providers: [${all.join(", ")}],
  callbacks: {
    // The role goes into the token at sign-in, and from there into every session. Of the people in development, Ada is
    // an admin; decide here who is one in production.
    jwt: ({ token, user }) => (user ? { ...token, role: user.role } : token),
    session: ({ session, token }) => ({ ...session, user: { ...session.user, role: token.role } }),
  },
})

app.set("view engine", "ejs")
app.use("/auth", auth)
app.use(auth.session())

app.get("/", (_req, res) => res.render("home"))
app.get("/dashboard", auth.requireAuth(), (_req, res) => res.render("dashboard"))
app.get("/admin", auth.requireAuth({ roles: ["admin"] }), (_req, res) => res.render("admin"))
`
}

const roleTypes = `
declare module "express-authjs" {
  interface User {
    role?: string | undefined
  }
}

declare module "express-authjs/jwt" {
  interface JWT {
    role?: string | undefined
  }
}
`

const serverSource = `import { app } from "./app.js"

const port = process.env.PORT ?? 3000
app.listen(port, (error) => {
  if (error) throw error
  console.log(\`http://localhost:\${port}\`)
})
`

const testSource = `import { test } from "node:test"
import { signedIn } from "express-authjs/testing"
import request from "supertest"
import { app } from "../app.js"

test("shows the home page to everyone", async () => {
  await request(app).get("/").expect(200, /Sign in/)
})

test("asks visitors of the dashboard to sign in", async () => {
  await request(app).get("/dashboard").set("Accept", "text/html").expect(302).expect("Location", /signin/)
})

test("greets users on their dashboard", async () => {
  const ada = await signedIn(app, { user: { name: "Ada" } })
  await ada.get("/dashboard").expect(200, /Hello Ada/)
})

test("shows the admin page to admins only", async () => {
  const admin = await signedIn(app, { user: { name: "Ada" }, roles: ["admin"] })
  await admin.get("/admin").expect(200)
  const member = await signedIn(app, { user: { name: "Bob" }, roles: ["member"] })
  await member.get("/admin").expect(403)
})
`

const home = `<% if (session) { %>
  <p>You are signed in. <a href="/dashboard">Dashboard</a> · <a href="/auth/signout">Sign out</a></p>
<% } else { %>
  <p><a href="/auth/signin">Sign in</a></p>
<% } %>`

const dashboard = `<p>Hello <%= session.user.name ?? session.user.email %>!</p>
<% if (session.user.role === "admin") { %>
  <p><a href="/admin">Admin</a></p>
<% } %>
<p><a href="/">Home</a> · <a href="/auth/signout">Sign out</a></p>`

const admin = `<p>Only admins see this page.</p>
<p><a href="/dashboard">Dashboard</a></p>`

function view(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<h1>${title}</h1>
${body}
</html>
`
}

function environment({ providers }: NewApp, secret: string): string {
  const comment = secret
    ? "# The settings and secrets of this machine. Never commit this file."
    : "# Copy this to .env and run `npx express-authjs secret`."
  const start = `${[comment, "NODE_ENV=development", `AUTH_SECRET=${secret}`].join("\n")}\n`
  return providers.reduce((text, provider) => addProvider(text, ".env", { provider }), start)
}

function testEnvironment({ providers }: NewApp): string {
  const names = ["NODE_ENV", "AUTH_SECRET", ...providers.flatMap(({ variables }) => variables)]
  const lines = names.map((name) => `${name}=${testValueOf(name)}`)
  return `${["# The settings of `npm test`. They sign in nowhere, so commit this file.", ...lines].join("\n")}\n`
}
