/** Red, green and blue from 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number]

const BLACK: Color = [0, 0, 0]
const WHITE: Color = [255, 255, 255]

/**
 * Parses `#rgb` or `#rrggbb`. Accepts nothing else, so that a colour can be written into a style sheet.
 *
 * @returns `undefined` for any other value
 */
export function parseColor(value: unknown): Color | undefined {
  if (typeof value !== "string" || !/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(value)) return undefined
  const digits = value.length === 4 ? value.replace(/[0-9a-f]/gi, "$&$&") : value
  const number = Number.parseInt(digits.slice(1), 16)
  return [number >> 16, (number >> 8) & 255, number & 255]
}

/** Formats a colour as `#rrggbb`. */
export function formatColor(color: Color): string {
  return `#${color.map((channel) => Math.round(channel).toString(16).padStart(2, "0")).join("")}`
}

/** Returns the contrast ratio of two colours, 1 to 21, as defined by WCAG 2.2. */
export function getContrast(a: Color, b: Color): number {
  const [first, second] = [getLuminance(a), getLuminance(b)]
  return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05)
}

/** Returns white if it reaches 4.5:1 on `background`, else black, which then does. */
export function getTextColor(background: Color): Color {
  return getContrast(WHITE, background) >= 4.5 ? WHITE : BLACK
}

/** Blends `color` with `other`; `amount` 0 is `color`, 1 is `other`. */
export function mixColors(color: Color, other: Color, amount: number): Color {
  const mix = (index: 0 | 1 | 2) => color[index] + (other[index] - color[index]) * amount
  return [mix(0), mix(1), mix(2)]
}

/** Returns the shade closest to `color` that reaches `ratio` on `background`. */
export function toReadableColor(color: Color, background: Color, ratio: number): Color {
  const target = getTextColor(background)
  for (let amount = 0; amount < 1; amount += 0.05) {
    const shade = mixColors(color, target, amount)
    const rounded: Color = [Math.round(shade[0]), Math.round(shade[1]), Math.round(shade[2])]
    if (getContrast(rounded, background) >= ratio) return rounded
  }
  return target
}

function getLuminance([red, green, blue]: Color): number {
  return 0.2126 * toLinear(red) + 0.7152 * toLinear(green) + 0.0722 * toLinear(blue)
}

function toLinear(channel: number): number {
  const value = channel / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}
