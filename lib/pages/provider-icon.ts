import { readView } from "../views/read-view.js"
import { type Color, formatColor, getContrast, getTextColor, parseColor } from "./color.js"
import { darkPalette, lightPalette } from "./default-palettes.js"
import type { PageProvider } from "./page-provider.js"

/** A provider's icon: a local image, a glyph of 24 by 24, or initials in a square. */
export type ProviderIcon =
  | { kind: "image"; src: string }
  | { kind: "glyph"; path: string; fill: string }
  | { kind: "initials"; text: string; square: string | undefined; color: string | undefined }

interface Glyph {
  path: string
  hex: string
}

/** Logos named by core's own providers: files of authjs.dev that this site does not have. */
const CORE_LOGOS = new Set(["/netsuite.svg", "/nextcloud.svg", "/wechat.svg"])

/** A person with a key: the shape that people know from their devices. */
const passkeyIcon: ProviderIcon = {
  kind: "glyph",
  path: [
    "M9.5 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z",
    "M2 19.6C2 15.9 5.4 13 9.5 13c1.3 0 2.5.3 3.6.8a5.4 5.4 0 0 0 2 4.4V20a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1Z",
    "M18.6 9.5a3.6 3.6 0 0 1 1.5 6.9v1.1l1.1 1.3-1.1 1.3 1.1 1.3-2.3 2.1-1.8-1.9v-5.2a3.6 3.6 0 0 1 1.5-6.9Z",
    "M18.6 11.6a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4Z",
  ].join(""),
  fill: "currentColor",
}

let glyphs: Map<string, Glyph> | undefined

/**
 * Returns a provider's icon, never one from another host.
 *
 * Prefers `style.logo` if it is a path on this site, then the glyph of views/assets/icons.json, then initials.
 */
export function getProviderIcon({ id, name, type, style = {} }: PageProvider): ProviderIcon {
  if (style.logo && !CORE_LOGOS.has(style.logo) && isLocalPath(style.logo)) {
    return { kind: "image", src: style.logo }
  }
  if (type === "webauthn") return passkeyIcon
  const glyph = getGlyphs().get(id)
  if (glyph) return { kind: "glyph", path: glyph.path, fill: getGlyphFill(glyph.hex) }
  return { kind: "initials", text: getInitials(name), ...getSquareColors(style) }
}

function isLocalPath(path: string): boolean {
  return /^\/(?![/\\])[^\\]*$/.test(path)
}

function getGlyphs(): Map<string, Glyph> {
  if (!glyphs) {
    const icons: Record<string, Glyph> = JSON.parse(readView("assets/icons.json"))
    glyphs = new Map(Object.entries(icons))
  }
  return glyphs
}

/** Returns the brand's colour if it is visible on the buttons of both schemes, else the colour of the text. */
function getGlyphFill(hex: string): string {
  const color = parseColor(`#${hex}`)
  return color && isVisible(color) ? formatColor(color) : "currentColor"
}

function isVisible(color: Color): boolean {
  return [lightPalette, darkPalette].every((palette) =>
    [palette.button, palette["button-hover"]].every((button) => {
      const background = parseColor(button)
      return background !== undefined && getContrast(color, background) >= 3
    }),
  )
}

function getInitials(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? []
  const letters = words.slice(0, 2).map((word) => [...word][0] ?? "")
  return letters.join("").toUpperCase()
}

function getSquareColors(style: NonNullable<PageProvider["style"]>) {
  const square = parseColor(style.bg) ?? parseColor(style.brandColor)
  if (!square) return { square: undefined, color: undefined }
  const text = parseColor(style.text)
  const color = text && getContrast(text, square) >= 4.5 ? text : getTextColor(square)
  return { square: formatColor(square), color: formatColor(color) }
}
