import { expect } from "chai"
import fc from "fast-check"
import { type Color, getContrast, parseColor } from "../../lib/pages/color.js"
import { renderThemeCss, type ThemeColors } from "../../lib/pages/theme-css.js"

type Scheme = "light" | "dark"

function readColors(scheme: Scheme, theme: Partial<ThemeColors> = {}): (name: string) => Color {
  const css = renderThemeCss({ brandColor: undefined, buttonText: undefined, ...theme, colorScheme: scheme })
  return (name) => {
    const color = parseColor(new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(css)?.[1])
    if (!color) throw new Error(`no --${name} in ${css}`)
    return color
  }
}

const hex = fc
  .tuple(...Array.from({ length: 6 }, () => fc.constantFrom(..."0123456789abcdef")))
  .map((d) => `#${d.join("")}`)

describe("renderThemeCss", () => {
  for (const scheme of ["light", "dark"] as const) {
    const color = readColors(scheme)
    const texts: [string, string, number][] = [
      ["text", "surface", 7],
      ["text", "button", 7],
      ["text", "button-hover", 7],
      ["text", "page", 7],
      ["muted", "surface", 4.5],
      ["button", "muted", 4.5],
      ["danger-text", "danger", 4.5],
      ["edge", "surface", 3],
      ["accent", "surface", 4.5],
      ["accent", "tint", 3],
      ["brand-text", "brand", 4.5],
      ["brand-text", "brand-hover", 4.5],
    ]
    for (const [front, back, ratio] of texts) {
      it(`${scheme}: ${front} on ${back} reaches ${ratio}:1`, () => {
        expect(getContrast(color(front), color(back))).to.be.at.least(ratio)
      })
    }

    it(`${scheme}: the button and links can be read whatever the theme says`, () => {
      const check = (brandColor: string, buttonText: string) => {
        const themed = readColors(scheme, { brandColor, buttonText })
        expect(themed("brand")).to.deep.equal(parseColor(brandColor))
        expect(getContrast(themed("brand-text"), themed("brand"))).to.be.at.least(4.5)
        expect(getContrast(themed("brand-text"), themed("brand-hover"))).to.be.at.least(4.5)
        expect(getContrast(themed("accent"), themed("surface"))).to.be.at.least(4.5)
      }
      fc.assert(fc.property(hex, hex, check))
    })
  }

  it("keeps a buttonText that can be read, and no other", () => {
    const readable = readColors("light", { brandColor: "#003366", buttonText: "#ffeecc" })
    expect(readable("brand-text")).to.deep.equal([255, 238, 204])
    const unreadable = readColors("light", { brandColor: "#003366", buttonText: "#003" })
    expect(unreadable("brand-text")).to.deep.equal([255, 255, 255])
  })

  it("draws an edge around a button that would vanish in the card", () => {
    expect(readColors("dark", { brandColor: "#000" })("brand-edge")).not.to.deep.equal([0, 0, 0])
    expect(readColors("light", { brandColor: "#000" })("brand-edge")).to.deep.equal([0, 0, 0])
  })

  it("follows the system, or one scheme where the theme forces it", () => {
    const render = (colorScheme: ThemeColors["colorScheme"]) =>
      renderThemeCss({ colorScheme, brandColor: undefined, buttonText: undefined })
    expect(render("auto")).to.match(
      /color-scheme: light;[\s\S]*@media \(prefers-color-scheme: dark\)[\s\S]*color-scheme: dark;/,
    )
    expect(render("light"))
      .to.include("color-scheme: light;")
      .and.not.match(/@media|color-scheme: dark/)
    expect(render("dark"))
      .to.include("color-scheme: dark;")
      .and.not.match(/@media|color-scheme: light/)
  })

  it("ignores what is no colour", () => {
    const plain = renderThemeCss({ colorScheme: "auto", brandColor: undefined, buttonText: undefined })
    for (const bad of ["red", "#fff;} body{background:url(//evil)}", "var(--x)", "url(x)", 7, null]) {
      expect(renderThemeCss({ colorScheme: "auto", brandColor: bad, buttonText: bad })).to.equal(plain)
    }
  })
})
