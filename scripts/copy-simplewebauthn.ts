// Writes views/assets/simplewebauthn-browser.js: the browser bundle of SimpleWebAuthn with its licence, so that pages
// need not load it from another host. Run `npm run simplewebauthn` after updating the package.
import { readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const target = new URL("../views/assets/simplewebauthn-browser.js", import.meta.url)

/** Returns the content of views/assets/simplewebauthn-browser.js. */
export async function copySimpleWebAuthn(): Promise<string> {
  const main = fileURLToPath(import.meta.resolve("@simplewebauthn/browser"))
  const root = join(dirname(main), "../..")
  const licence = await readFile(join(root, "LICENSE.md"), "utf8")
  const script = await readFile(join(root, "dist/bundle/index.umd.min.js"), "utf8")
  return `/*!\n${licence.trim()}\n*/\n${script.trim()}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(target, await copySimpleWebAuthn())
