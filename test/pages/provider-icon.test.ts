import { readdirSync, readFileSync } from "node:fs"
import { expect } from "chai"
import { getContrast, parseColor } from "../../lib/pages/color.js"
import { darkPalette, lightPalette } from "../../lib/pages/default-palettes.js"
import type { PageProvider } from "../../lib/pages/page-provider.js"
import { getProviderIcon } from "../../lib/pages/provider-icon.js"
import { generateIcons } from "../../scripts/generate-icons.js"

const icons = new URL("../../views/assets/icons.json", import.meta.url)

function iconOf(provider: Partial<PageProvider>) {
  return getProviderIcon({ id: "acme", name: "Acme", type: "oidc", ...provider })
}

describe("views/assets/icons.json", () => {
  it("is what `npm run icons` writes", async () => {
    expect(readFileSync(icons, "utf8")).to.equal(await generateIcons())
  })

  it("has the big ones, under the ids of their providers", () => {
    const known = Object.keys(JSON.parse(readFileSync(icons, "utf8")))
    expect(known).to.include.members([
      "apple",
      "discord",
      "github",
      "gitlab",
      "google",
      "twitter",
      "42-school",
    ])
  })

  it("holds plain paths and colours only", () => {
    for (const icon of Object.values(JSON.parse(readFileSync(icons, "utf8")))) {
      expect(icon).to.have.all.keys("path", "hex")
      expect(icon)
        .to.have.property("path")
        .that.matches(/^[MmZzLlHhVvCcSsQqTtAa0-9eE\s.,+-]+$/)
    }
  })
})

describe("getProviderIcon", () => {
  it("takes the glyph of a provider that has one", () => {
    expect(iconOf({ id: "github" })).to.include({ kind: "glyph", fill: "currentColor" })
  })

  it("keeps a brand's colour only where it can be seen in both schemes", () => {
    const buttons = [lightPalette, darkPalette].flatMap((palette) => [
      palette.button,
      palette["button-hover"],
    ])
    let coloured = 0
    for (const id of Object.keys(JSON.parse(readFileSync(icons, "utf8")))) {
      const icon = iconOf({ id })
      if (icon.kind !== "glyph" || icon.fill === "currentColor") continue
      coloured += 1
      for (const button of buttons) {
        const [front, back] = [parseColor(icon.fill), parseColor(button)]
        expect(front && back && getContrast(front, back), id).to.be.at.least(3)
      }
    }
    expect(coloured).to.be.greaterThan(5)
  })

  for (const [name, text] of [
    ["Acme Works Ltd", "AW"],
    ["acme", "A"],
    ["Élan 7", "É7"],
    ["🦊 Fox", "F"],
    ["<b>", "B"],
    ["—", ""],
  ] as const) {
    it(`writes "${text}" for a provider named ${name}`, () => {
      expect(iconOf({ name })).to.include({ kind: "initials", text })
    })
  }

  it("paints the square in the provider's colours, readable ones", () => {
    expect(iconOf({ style: { bg: "#024", text: "#ffe" } })).to.include({
      square: "#002244",
      color: "#ffffee",
    })
    expect(iconOf({ style: { bg: "#024", text: "#135" } })).to.include({
      square: "#002244",
      color: "#ffffff",
    })
    expect(iconOf({ style: { bg: "red" } })).to.include({ square: undefined, color: undefined })
  })

  it("takes a logo of this site, whatever else there is", () => {
    expect(iconOf({ id: "github", style: { logo: "/mine.svg" } })).to.deep.equal({
      kind: "image",
      src: "/mine.svg",
    })
  })

  it("takes none of the logos that core's own providers name, which this site does not have", () => {
    const folder = new URL(".", import.meta.resolve("@auth/core/providers/github"))
    const sources = readdirSync(folder).filter((file) => file.endsWith(".js"))
    const logos = sources.flatMap(
      (file) => readFileSync(new URL(file, folder), "utf8").match(/(?<=logo: ")[^"]+/g) ?? [],
    )
    expect(logos).to.include("/nextcloud.svg")
    for (const logo of logos) expect(iconOf({ style: { logo } }).kind).to.equal("initials")
  })

  it("takes no logo of another host", () => {
    for (const logo of ["https://evil.example/a.svg", "//evil.example/a.svg", "/\\evil.example/a"]) {
      expect(iconOf({ id: "github", style: { logo } }).kind).to.equal("glyph")
    }
  })
})
