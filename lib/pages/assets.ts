import { createHash } from "node:crypto"
import { readView } from "../views/read-view.js"
import type { PageContext, PageLook, PageTheme } from "./page-context.js"
import { resolveTheme } from "./resolve-theme.js"

/** A file that the built-in pages load. */
export interface Asset {
  /** The response body. */
  body: string | Buffer
  /** The value of the Content-Type header. */
  type: string
}

/** The assets by name, each joined from files under views/assets. No other name is served. */
const FILES: ReadonlyMap<string, { type: string; parts: readonly string[] }> = new Map([
  ["style.css", { type: "text/css; charset=utf-8", parts: ["style.css"] }],
  ["client.js", { type: "text/javascript; charset=utf-8", parts: ["client.js"] }],
  ["reveal.js", { type: "text/javascript; charset=utf-8", parts: ["reveal.js"] }],
  ["wait.js", { type: "text/javascript; charset=utf-8", parts: ["wait.js"] }],
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
 * Returns an asset of the built-in pages by its exact name. The name is only compared, never used as a path.
 *
 * Its URL contains a hash of its content (see `getAssetUrl`), so requests with `?v=` may be cached forever.
 *
 * @returns `undefined` for an unknown name
 */
export function getAsset(name: string, { theme, views }: PageLook): Asset | undefined {
  if (name === "theme.css") return getThemeSheet(theme)
  if (name === "style.css" && views?.styleSheet) return views.styleSheet
  return getFile(name)
}

/**
 * Returns the URL path of an asset, with a hash of its content; a `data:` URL for a page that is self-contained.
 *
 * @param name a name that `getAsset` knows
 * @throws {TypeError} for an unknown name
 */
export function getAssetUrl(context: PageContext, name: string): string {
  const asset = getAsset(name, context)
  if (!asset) throw new TypeError(`There is no asset "${name}"; add it to FILES in lib/pages/assets.ts.`)
  if (context.isSelfContained) return `data:${asset.type.replace(/; /, ";")};base64,${toBase64(asset)}`
  return `${context.basePath}/assets/${name}?v=${getVersion(asset)}`
}

function toBase64({ body }: Asset): string {
  return Buffer.from(body).toString("base64")
}

function getFile(name: string): Asset | undefined {
  const cached = files.get(name)
  const file = FILES.get(name)
  if (cached || !file) return cached
  const asset = { body: file.parts.map((part) => readView(`assets/${part}`)).join("\n"), type: file.type }
  files.set(name, asset)
  return asset
}

function getThemeSheet(theme: PageTheme): Asset {
  const cached = themeSheets.get(theme)
  if (cached) return cached
  const asset = { body: resolveTheme(theme).css, type: "text/css; charset=utf-8" }
  themeSheets.set(theme, asset)
  return asset
}

/** Returns a hash of an asset's content, for its URL and its ETag. */
export function getVersion(asset: Asset): string {
  const cached = versions.get(asset)
  if (cached) return cached
  const version = createHash("sha256").update(asset.body).digest("base64url").slice(0, 10)
  versions.set(asset, version)
  return version
}
