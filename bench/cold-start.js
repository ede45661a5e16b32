import { strict as assert } from "node:assert"
import { execFileSync } from "node:child_process"
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { secret, user } from "./support/contender.js"
import { runScript } from "./support/pinned.js"
import { atMost, median, toTable } from "./support/statistics.js"
import { sealToken } from "./support/tokens.js"

export const title = "Cold start"

const SAMPLES = 21
const root = fileURLToPath(new URL("..", import.meta.url))
const apps = { ours: "express-authjs", "auth-express": "@auth/express" }
const requests = { page: "/auth/signin", guarded: "/me" }

/** From the start of a process to its first answer, with `node_modules` and as one file of esbuild. */
export async function run() {
  const folder = await mkdtemp(join(tmpdir(), "express-authjs-cold-start-"))
  try {
    return report(await measure(await contendersIn(folder)))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Installs the packages as an app does. Here they would load the development dependencies of this repository too. */
async function install(folder) {
  const { dependencies } = JSON.parse(await readFile(new URL("package.json", import.meta.url), "utf8"))
  const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
  })
  const ours = { "express-authjs": `file:./${packed.trim().split("\n").at(-1)}` }
  const theirs = { express: dependencies.express, "@auth/express": dependencies["@auth/express"] }
  const project = { private: true, type: "module", dependencies: { ...ours, ...theirs } }
  await writeFile(join(folder, "package.json"), JSON.stringify(project))
  execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: "ignore",
  })
  for (const name of ["cold-start", "support"])
    await cp(fileURLToPath(new URL(name, import.meta.url)), join(folder, name), { recursive: true })
}

async function contendersIn(folder) {
  await install(folder)
  const names = Object.keys(apps)
  const files = names.map((name) => join(folder, "cold-start", `${name}.js`))
  await build({
    entryPoints: files,
    outdir: join(folder, "bundled"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
  })
  return names.flatMap((name, index) => [
    { name, bundled: false, file: files[index] },
    { name, bundled: true, file: join(folder, "bundled", `${name}.mjs`) },
  ])
}

/** Adds to each contender its samples of every request. Interleaved, so that the machine's mood meets all alike. */
async function measure(contenders) {
  const cookie = await sealToken(user, secret)
  for (const contender of contenders) Object.assign(contender, { page: [], guarded: [] })
  for (let sample = 0; sample < SAMPLES; sample++)
    for (const contender of contenders)
      for (const [request, path] of Object.entries(requests)) {
        const { response, ...spent } = await runScript([contender.file, path, cookie])
        assert.match(response, request === "page" ? /<\/html>/ : /"Ada Lovelace"/)
        contender[request].push(spent)
      }
  return contenders
}

function report(contenders) {
  const of = ({ page, guarded }) =>
    [page, guarded].flatMap((samples) =>
      ["cpu", "clock"].map((key) => median(samples.map((one) => one[key]))),
    )
  const rows = contenders.map((contender) => [
    `${apps[contender.name]}${contender.bundled ? ", one file" : ""}`,
    ...of(contender).map((value) => value.toFixed(0)),
  ])
  const header = [
    "",
    "sign-in page, ms of processor",
    "on the clock",
    "guarded page, ms of processor",
    "on the clock",
  ]
  return {
    text: toTable(header, rows),
    checks: [false, true].flatMap((bundled) => checksOf(contenders, bundled)),
  }
}

function checksOf(contenders, bundled) {
  const [ours, theirs] = contenders.filter((contender) => contender.bundled === bundled)
  // Before the first page, ours loads EJS, its templates and every action.
  const targets = { page: ["sign-in page", 1.5], guarded: ["guarded page", 1.1] }
  return Object.entries(targets).map(([request, [name, target]]) => {
    const ratios = ours[request].map(({ cpu }, sample) => cpu / theirs[request][sample].cpu)
    return atMost(
      `cold start${bundled ? ", one file" : ""}: ${name}, times @auth/express`,
      median(ratios),
      target,
    )
  })
}
