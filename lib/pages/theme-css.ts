import {
  type Color,
  formatColor,
  getContrast,
  getTextColor,
  mixColors,
  parseColor,
  toReadableColor,
} from "./color.js"
import { darkPalette, lightPalette, type Palette } from "./palette.js"

/** The part of a theme that is colour; `brandColor` and `buttonText` are checked here. */
export interface ThemeColors {
  colorScheme: "auto" | "dark" | "light"
  brandColor: unknown
  buttonText: unknown
}

/**
 * Renders the style sheet that gives views/assets/style.css its colours.
 *
 * Text on the main button reaches 4.5:1, links and focus rings reach 4.5:1 on the card, whatever the theme says.
 *
 * @param theme Colours that are not `#rgb` or `#rrggbb` are ignored.
 */
export function renderThemeCss(theme: ThemeColors): string {
  const light = () => renderScheme("light", lightPalette, theme)
  const dark = () => renderScheme("dark", darkPalette, theme)
  if (theme.colorScheme === "light") return light()
  if (theme.colorScheme === "dark") return dark()
  return `${light()}@media (prefers-color-scheme: dark) {\n${dark()}}\n`
}

function renderScheme(scheme: "light" | "dark", palette: Palette, theme: ThemeColors): string {
  const variables = { ...palette, ...getBrandColors(palette, theme) }
  const lines = Object.entries(variables).map(([name, color]) => `  --${name}: ${color};\n`)
  return `:root {\n  color-scheme: ${scheme};\n${lines.join("")}}\n`
}

function getBrandColors(palette: Palette, theme: ThemeColors) {
  const surface = toColor(palette.surface)
  const brand = parseColor(theme.brandColor) ?? toColor(palette.brand)
  const text = getButtonText(brand, theme.buttonText)
  // Away from the text, so that hovering never lowers its contrast.
  const hover = mixColors(brand, getTextColor(text), 0.14)
  const accent = toReadableColor(brand, surface, 4.5)
  const edge = getContrast(brand, surface) < 1.6 ? toColor(palette.edge) : brand
  return {
    brand: formatColor(brand),
    "brand-text": formatColor(text),
    "brand-hover": formatColor(hover),
    "brand-edge": formatColor(edge),
    accent: formatColor(accent),
    tint: formatColor(mixColors(surface, accent, 0.12)),
    glow: formatColor(mixColors(toColor(palette.page), brand, 0.12)),
  }
}

function getButtonText(brand: Color, wanted: unknown): Color {
  const text = parseColor(wanted)
  return text && getContrast(text, brand) >= 4.5 ? text : getTextColor(brand)
}

function toColor(hex: string): Color {
  const color = parseColor(hex)
  if (!color) throw new TypeError(`${hex} in lib/pages/palette.ts is not a colour`)
  return color
}
