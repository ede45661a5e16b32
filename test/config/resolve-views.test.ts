import { mkdirSync, symlinkSync, unlinkSync } from "node:fs"
import { join, relative } from "node:path"
import { pathToFileURL } from "node:url"
import { expect } from "chai"
import { ExpressAuth } from "express-authjs"
import { secret } from "../support/auth-apps.js"
import { useViewsFolders } from "../support/views-folder.js"

describe("the option views", () => {
  const createViews = useViewsFolders()

  function start(views: unknown) {
    return ExpressAuth({ providers: [], secret, logger: { warn: () => {} }, views: views as string })
  }

  /** The error that stops the start. */
  function refusalOf(views: unknown): { code: string; message: string } {
    try {
      start(views)
    } catch (error) {
      return error as { code: string; message: string }
    }
    throw new Error("The folder was accepted.")
  }

  it("is a relative path, an absolute one, or a URL", () => {
    const folder = createViews({ "continue.ejs": "<p>", "style.css": "", "partials/icon.ejs": "" })
    for (const views of [folder, relative(process.cwd(), folder), pathToFileURL(folder), `file://${folder}`])
      start(views)
  })

  for (const views of ["", 5, null, true, new URL("https://example.com/views"), "file:%"])
    it(`refuses ${JSON.stringify(views)}`, () => {
      const { code, message } = refusalOf(views)
      expect(code).to.equal("ERR_AUTH_INVALID_OPTION")
      expect(message).to.include("`views` is").and.to.include("expected the path of a folder")
    })

  it("refuses a folder that does not exist, and a file in its place", () => {
    const folder = createViews({ "style.css": "" })
    const missing = refusalOf(join(folder, "none"))
    expect(missing.code).to.equal("ERR_AUTH_INVALID_OPTION")
    expect(missing.message)
      .to.include(join(folder, "none"))
      .and.include("does not exist")
      .and.include("eject")
    expect(refusalOf(join(folder, "style.css")).message).to.include("cannot be read (ENOTDIR)")
  })

  for (const [name, meant] of [
    ["signin.ejs", "sign-in.ejs"],
    ["Sign-In.ejs", "sign-in.ejs"],
    ["sign-in.html", "sign-in.ejs"],
    ["button.ejs", "partials/button.ejs"],
    ["partials/sign-in.ejs", "sign-in.ejs"],
    ["assets/style.css", "style.css"],
    ["account/methods.ejs", "partials/account/methods.ejs"],
    ["styles.css", "style.css"],
    ["developer-error.ejs", undefined],
    ["partials/advertisement.ejs", undefined],
  ])
    it(`refuses ${name}, which replaces nothing${meant ? `, and suggests ${meant}` : ""}`, () => {
      const { code, message } = refusalOf(createViews({ [String(name)]: "x" }))
      expect(code).to.equal("ERR_AUTH_INVALID_OPTION")
      expect(message).to.include(String(name)).and.include("replaces none")
      if (meant) expect(message).to.include(`Did you mean ${meant}?`)
      else expect(message).not.to.include("Did you mean")
    })

  it("ignores hidden files, backups and notes, and accepts partials of its own that are used", () => {
    start(
      createViews({
        ...{ ".DS_Store": "", "sign-in.ejs~": "<% (", "README.md": "", ".git/config": "" },
        "layout.ejs": '<%- page.body %><%- partial("footer", page) %>',
        "partials/footer.ejs": "<footer></footer>",
      }),
    )
  })

  for (const [text, line, reason] of [
    ["<h1>\n<%= page.title %>\n<% if (page.title { %>\n</h1>\n<% } %>", 3, "Unexpected token '{'"],
    ["<h1>\n<% for (const x of page.y) { %>\nmore\n", 4, "`<% } %>` is missing"],
    ["<h1>\n\n\n<%= page.title\n</h1>", 4, "Could not find matching close tag"],
  ] as const)
    it(`stops the start at a template that does not compile, with file and line: ${reason}`, () => {
      const folder = createViews({ "sign-in.ejs": text })
      const { code, message } = refusalOf(folder)
      expect(code).to.equal("ERR_AUTH_VIEW")
      expect(message)
        .to.include(`${join(folder, "sign-in.ejs")}:${line} `)
        .and.include(reason)
    })

  it("refuses a layout that leaves out the page", () => {
    const { message } = refusalOf(createViews({ "layout.ejs": "<main></main>" }))
    expect(message).to.include("layout.ejs").and.include("page.body")
  })

  it("follows symbolic links, and names those that lead nowhere", () => {
    const folder = createViews({ "continue.ejs": "<p>" })
    const real = createViews({ "mine.ejs": "<p>", "inside/icon.ejs": "<p>" })
    symlinkSync(join(real, "mine.ejs"), join(folder, "error.ejs"))
    symlinkSync(join(real, "inside"), join(folder, "partials"))
    symlinkSync(folder, join(folder, ".itself"))
    start(folder)
    unlinkSync(join(folder, "error.ejs"))
    symlinkSync(join(real, "gone.ejs"), join(folder, "error.ejs"))
    expect(refusalOf(folder).message).to.include("error.ejs, which does not exist")
  })

  it("refuses anything but a file under the name of a template", () => {
    const folder = createViews()
    mkdirSync(join(folder, "sign-in.ejs", "deep"), { recursive: true })
    expect(() => start(folder)).to.not.throw()
    symlinkSync("/dev/null", join(folder, "error.ejs"))
    expect(refusalOf(folder).message).to.include("error.ejs, which is not a file")
  })
})
