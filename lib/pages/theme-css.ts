import {
  type Color,
  formatColor,
  getContrast,
  getTextColor,
  mixColors,
  parseColor,
  toReadableColor,
} from "./color.js"
import { darkPalette, lightPalette, type Palette } from "./default-palettes.js"

/** The colours of a theme; `brandColor` and `buttonText` are validated here. */
export interface ThemeColors {
  /** The validated colour scheme. */
  colorScheme: "auto" | "dark" | "light"
  /** Colour of buttons and links; ignored unless `#rgb` or `#rrggbb`. */
  brandColor: unknown
  /** Text colour of buttons; ignored unless `#rgb` or `#rrggbb`. */
  buttonText: unknown
}

/**
 * Renders the style sheet with the colours that views/assets/style.css uses.
 *
 * Text on the main button reaches 4.5:1, links and focus rings reach 4.5:1 on the card, whatever the theme.
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
  // Moves away from the text's colour, so that hovering never lowers the contrast.
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

function getButtonText(brand: Color, chosen: unknown): Color {
  const text = parseColor(chosen)
  return text && getContrast(text, brand) >= 4.5 ? text : getTextColor(brand)
}

function toColor(hex: string): Color {
  const color = parseColor(hex)
  if (!color)
    throw new TypeError(`\`${hex}\` in lib/pages/default-palettes.ts is not a colour; expected #rrggbb.`)
  return color
}
