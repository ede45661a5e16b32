import { expect } from "chai"
import fc from "fast-check"
import {
  type Color,
  formatColor,
  getContrast,
  getTextColor,
  parseColor,
  toReadableColor,
} from "../../lib/pages/color.js"

const channel = fc.integer({ min: 0, max: 255 })
const color: fc.Arbitrary<Color> = fc.tuple(channel, channel, channel)

describe("parseColor", () => {
  it("reads #rgb and #rrggbb", () => {
    expect(parseColor("#0aF")).to.deep.equal([0, 170, 255])
    expect(parseColor("#12AB00")).to.deep.equal([18, 171, 0])
  })

  for (const value of [
    "red",
    "#12",
    "#1234",
    "#1234567",
    "#12345g",
    "#fff;}",
    " #fff",
    "#fff\n",
    "",
    undefined,
    255,
    {},
  ]) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      expect(parseColor(value)).to.equal(undefined)
    })
  }

  it("reads back what formatColor wrote", () => {
    fc.assert(fc.property(color, (value) => void expect(parseColor(formatColor(value))).to.deep.equal(value)))
  })
})

describe("getContrast", () => {
  it("is WCAG's ratio", () => {
    expect(getContrast([0, 0, 0], [255, 255, 255])).to.equal(21)
    expect(getContrast([118, 118, 118], [255, 255, 255])).to.be.closeTo(4.54, 0.01)
    expect(getContrast([9, 9, 9], [9, 9, 9])).to.equal(1)
  })
})

describe("getTextColor", () => {
  it("reaches 4.5:1 on every colour", () => {
    fc.assert(
      fc.property(color, (value) => void expect(getContrast(getTextColor(value), value)).to.be.at.least(4.5)),
    )
  })
})

describe("toReadableColor", () => {
  it("keeps a colour that can be read", () => {
    expect(toReadableColor([0, 0, 160], [255, 255, 255], 4.5)).to.deep.equal([0, 0, 160])
  })

  it("reaches the ratio on every background", () => {
    const reaches = (value: Color, background: Color) =>
      void expect(getContrast(toReadableColor(value, background, 4.5), background)).to.be.at.least(4.5)
    fc.assert(fc.property(color, color, reaches))
  })
})
