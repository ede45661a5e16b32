import { packageRequire } from "../config/package-require.js"
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
export const ignored = ["node_modules", "dist", ".env"]

/** Returns the files of a new app: their texts by path. Its code is the same in JavaScript and TypeScript. */
export function appFiles(app: NewApp): Record<string, string> {
  const extension = app.typescript ? "ts" : "js"
  return {
    "package.json": `${JSON.stringify(packageJson(app), undefined, 2)}\n`,
    ...(app.typescript && { "tsconfig.json": `${JSON.stringify(tsconfig, undefined, 2)}\n` }),
    [`app.${extension}`]: appSource(app.providers),
    [`server.${extension}`]: serverSource,
    [`test/app.test.${extension}`]: testSource,
    "views/home.ejs": view("Home", home),
    "views/dashboard.ejs": view("Dashboard", dashboard),
    ".env": environment(app, createSecret()),
    ".env.example": environment(app, ""),
    ".gitignore": `${ignored.join("\n")}\n`,
  }
}

const javascriptScripts = {
  dev: "node --env-file=.env --watch server.js",
  start: "node server.js",
  test: "node --env-file=.env.example --test",
}

const typescriptScripts = {
  dev: "tsx watch --env-file=.env server.ts",
  build: "tsc",
  start: "node dist/server.js",
  test: "tsx --env-file=.env.example --test test/app.test.ts",
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

const tsconfig = {
  compilerOptions: {
    target: "es2023",
    module: "nodenext",
    strict: true,
    skipLibCheck: true,
    outDir: "dist",
    rootDir: ".",
  },
  include: ["*.ts"],
}

function appSource(providers: readonly ProviderModule[]): string {
  const imports = providers.map(
    (provider) => `${importOf(provider)}
`,
  )
  const all = [...providers.map(({ identifier }) => identifier), "DevelopmentSignIn()"]
  return `import express from "express"
import { ExpressAuth } from "express-authjs"
import { DevelopmentSignIn } from "express-authjs/development"
${imports.join("")}
export const app = express()
const auth = ExpressAuth({ providers: [${all.join(", ")}] })

app.set("view engine", "ejs")
app.use("/auth", auth)
app.use(auth.session())

app.get("/", (_req, res) => res.render("home"))
app.get("/dashboard", auth.requireAuth(), (_req, res) => res.render("dashboard"))
`
}

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
`

const home = `<% if (session) { %>
  <p>You are signed in. <a href="/dashboard">Dashboard</a> · <a href="/auth/signout">Sign out</a></p>
<% } else { %>
  <p><a href="/auth/signin">Sign in</a></p>
<% } %>`

const dashboard = `<p>Hello <%= session.user.name ?? session.user.email %>!</p>
<p><a href="/">Home</a> · <a href="/auth/signout">Sign out</a></p>`

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
    : "# Copy this to .env and run `npx express-authjs secret`. The tests use it as it is."
  const blocks = providers.map(({ id, variables, console }) =>
    [
      `\n# Callback URL to register: ${callbackUrl(id)}`,
      ...(console ? [`# ${console}`] : []),
      ...variables.map((variable) => `${variable}=`),
    ].join("\n"),
  )
  return `${[comment, "NODE_ENV=development", `AUTH_SECRET=${secret}`, ...blocks].join("\n")}\n`
}

/**
 * Returns the callback URL to register.
 *
 * @param base the mount, by default that of an app on this machine
 */
export function callbackUrl(id: string, base = "http://localhost:3000/auth"): string {
  return `${base}/callback/${id}`
}
