// Writes views/assets/icons.json: icons of simple-icons for the providers of @auth/core, so that pages need not load
// them from another host. Run `npm run icons` after updating either package.
import { readdir, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import * as simpleIcons from "simple-icons"

/** Providers whose icon has a different name in simple-icons. */
const ALIASES: Readonly<Record<string, string>> = {
  "42-school": "42",
  battlenet: "battledotnet",
  "click-up": "clickup",
  hydra: "ory",
  mailru: "maildotru",
  "ory-hydra": "ory",
  passkey: "webauthn",
  twitter: "x",
  wikimedia: "wikimediafoundation",
}

/** Modules of @auth/core/providers that contain no provider. */
const NO_PROVIDERS = new Set(["index", "oauth", "provider-types"])

const target = new URL("../views/assets/icons.json", import.meta.url)

/** Returns the content of views/assets/icons.json: `{ [providerId]: { path, hex } }`, sorted by id. */
export async function generateIcons(): Promise<string> {
  const all = Object.values(simpleIcons).filter((icon) => "slug" in icon)
  const icons = new Map(all.map((icon) => [icon.slug, icon]))
  const lines: string[] = []
  for (const id of await getProviderIds()) {
    const icon = icons.get(ALIASES[id] ?? id)
    // simple-icons is CC0, except for icons with a licence of their own: skip those.
    if (!icon || icon.license) continue
    lines.push(`  ${JSON.stringify(id)}: ${JSON.stringify({ path: icon.path, hex: icon.hex })}`)
  }
  return `{\n${lines.join(",\n")}\n}\n`
}

async function getProviderIds(): Promise<string[]> {
  const folder = dirname(fileURLToPath(import.meta.resolve("@auth/core/providers/github")))
  const modules = (await readdir(folder))
    .filter((file) => file.endsWith(".js"))
    .map((file) => file.slice(0, -3))
  const ids = new Set([...modules.filter((name) => !NO_PROVIDERS.has(name)), ...Object.keys(ALIASES)])
  return [...ids].sort()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(target, await generateIcons())
