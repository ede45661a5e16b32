/** The colours of one scheme as `#rrggbb`; views/assets/style.css reads them as custom properties. */
export interface Palette {
  /** The page behind the card. */
  page: string
  /** The card. */
  surface: string
  /** Primary text. */
  text: string
  /** Secondary text on the card and on the page. */
  muted: string
  /** Decorative lines. */
  line: string
  /** The edge of a text field. */
  edge: string
  /** Background of a provider's button. */
  button: string
  /** Background of a provider's button while hovered. */
  "button-hover": string
  /** Background of an error message. */
  danger: string
  /** Border of an error message. */
  "danger-line": string
  /** Text of an error message. */
  "danger-text": string
  /** The main button, unless the theme sets `brandColor`. */
  brand: string
}

/** The light scheme. */
export const lightPalette: Palette = {
  page: "#f3f4f7",
  surface: "#ffffff",
  text: "#12151c",
  muted: "#565d6d",
  line: "#dfe2e9",
  edge: "#868d9c",
  button: "#ffffff",
  "button-hover": "#f4f5f8",
  danger: "#fdf2f1",
  "danger-line": "#f0c5c1",
  "danger-text": "#8c1d18",
  brand: "#2f56d9",
}

/** The dark scheme. */
export const darkPalette: Palette = {
  page: "#0b0d11",
  surface: "#14171d",
  text: "#eef0f5",
  muted: "#a1a8b8",
  line: "#2a2f39",
  edge: "#6c7485",
  button: "#1c2028",
  "button-hover": "#252a34",
  danger: "#291615",
  "danger-line": "#5a2c29",
  "danger-text": "#ffb8b0",
  brand: "#4466ee",
}
