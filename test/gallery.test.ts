import { readdir, stat } from "node:fs/promises"
import { expect } from "chai"
import { galleryPages } from "../scripts/gallery-pages.js"
import { toContext } from "./pages/every-page.js"

const folder = new URL("../docs/gallery/", import.meta.url)
const pictures = (await readdir(folder)).filter((file) => file.endsWith(".jpg"))
const pages = galleryPages(toContext())

describe("the gallery of the built-in pages", () => {
  it("has four pictures of each page; `npm run gallery` takes them", () => {
    const expected = pages.flatMap(({ id }) =>
      ["narrow-dark", "narrow-light", "wide-dark", "wide-light"].map((variant) => `${id}-${variant}.jpg`),
    )
    expect(pictures.sort()).to.deep.equal(expected.sort())
  })

  it("shows every template of a page", async () => {
    const views = (await readdir(new URL("../views/", import.meta.url))).filter((file) =>
      file.endsWith(".ejs"),
    )
    const shown = views
      .map((file) => file.slice(0, -".ejs".length))
      .filter((view) => !["layout", "mail", "account-mail"].includes(view))
    expect(pages.map(({ id }) => id)).to.include.members(shown)
  })

  it("stays small enough for the repository: at most 2 MB", async () => {
    const sizes = await Promise.all(pictures.map(async (file) => (await stat(new URL(file, folder))).size))
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.be.at.most(2_000_000)
  })
})
