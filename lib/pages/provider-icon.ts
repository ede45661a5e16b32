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

let glyphs: Map<string, Glyph> | undefined

/**
 * Returns a provider's icon, never one from another host.
 *
 * Prefers `style.logo` if it is a path on this site, then the glyph of views/assets/icons.json, then initials.
 */
export function getProviderIcon({ id, name, style = {} }: PageProvider): ProviderIcon {
  if (style.logo && !CORE_LOGOS.has(style.logo) && isLocalPath(style.logo)) {
    return { kind: "image", src: style.logo }
  }
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
