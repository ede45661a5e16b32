// Writes dist/providers: a re-export of each provider of @auth/core, so that
// `import GitHub from "express-authjs/providers/github"` works without installing @auth/core. Not of those that lib has,
// because they need optional packages: see lib/providers/explain-missing.ts.
import { existsSync } from "node:fs"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const source = dirname(fileURLToPath(import.meta.resolve("@auth/core/providers/github")))
const target = fileURLToPath(new URL("../dist/providers/", import.meta.url))

await mkdir(target, { recursive: true })
for (const file of await readdir(source)) {
  if (!file.endsWith(".js")) continue
  const name = file.slice(0, -".js".length)
  if (existsSync(join(target, file))) continue
  const hasDefault = /export default/.test(await readFile(join(source, file), "utf8"))
  const lines = [`export * from "@auth/core/providers/${name}"`]
  if (hasDefault) lines.push(`export { default } from "@auth/core/providers/${name}"`)
  const module = `${lines.join("\n")}\n`
  await writeFile(join(target, file), module)
  await writeFile(join(target, `${name}.d.ts`), module)
}
