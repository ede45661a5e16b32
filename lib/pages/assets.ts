import { createHash } from "node:crypto"
import type { PageContext, PageTheme } from "./page-context.js"
import { readView } from "./read-view.js"
import { resolveTheme } from "./resolve-theme.js"

/** A file that the built-in pages load. */
export interface Asset {
  body: string | Buffer
  /** The value of the Content-Type header. */
  type: string
}

/** What is served, by name: files under views/assets, put together. A name that is not here does not exist. */
const FILES: ReadonlyMap<string, { type: string; parts: readonly string[] }> = new Map([
  ["style.css", { type: "text/css; charset=utf-8", parts: ["style.css"] }],
  ["onward.js", { type: "text/javascript; charset=utf-8", parts: ["onward.js"] }],
  [
    "passkey.js",
    { type: "text/javascript; charset=utf-8", parts: ["simplewebauthn-browser.js", "passkey.js"] },
  ],
])

const files = new Map<string, Asset>()
const versions = new WeakMap<Asset, string>()
const themeSheets = new WeakMap<PageTheme, Asset>()

/**
 * Finds an asset of the built-in pages by its exact name. The name is only ever compared, never used as a path.
 *
 * Its URL changes with its content (see `getAssetUrl`), so it may be cached for good where the request carries `?v=`.
 *
 * @returns The asset, or `undefined` for an unknown name.
 */
export function getAsset(name: string, theme: PageTheme): Asset | undefined {
  if (name === "theme.css") return getThemeSheet(theme)
  return getFile(name)
}

/**
 * The URL path of an asset, with a hash of its content.
 *
 * @param name A name that `getAsset` knows.
 */
export function getAssetUrl(context: PageContext, name: string): string {
  const asset = getAsset(name, context.theme)
  if (!asset) throw new TypeError(`No asset is named "${name}"; add it to FILES in lib/pages/assets.ts`)
  return `${context.basePath}/assets/${name}?v=${getVersion(asset)}`
}

function getFile(name: string): Asset | undefined {
  const known = files.get(name)
  const file = FILES.get(name)
  if (known || !file) return known
  const asset = { body: file.parts.map((part) => readView(`assets/${part}`)).join("\n"), type: file.type }
  files.set(name, asset)
  return asset
}

function getThemeSheet(theme: PageTheme): Asset {
  const known = themeSheets.get(theme)
  if (known) return known
  const asset = { body: resolveTheme(theme).css, type: "text/css; charset=utf-8" }
  themeSheets.set(theme, asset)
  return asset
}

function getVersion(asset: Asset): string {
  const known = versions.get(asset)
  if (known) return known
  const version = createHash("sha256").update(asset.body).digest("base64url").slice(0, 10)
  versions.set(asset, version)
  return version
}
