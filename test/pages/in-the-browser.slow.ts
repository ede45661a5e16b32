import { createServer } from "node:http"
import { expect } from "chai"
import { getAsset } from "../../lib/pages/assets.js"
import type { PageTheme } from "../../lib/pages/page-context.js"
import { pageHeaders } from "../../lib/pages/page-headers.js"
import type { PageProvider } from "../../lib/pages/page-provider.js"
import { renderSignInPage } from "../../lib/pages/sign-in.js"
import { renderVerifyRequestPage } from "../../lib/pages/verify-request.js"
import { textsOf } from "../../lib/texts/texts.js"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, watchPage } from "../support/chromium.js"
import { listen } from "../support/listen.js"
import { renderEveryPage, toContext } from "./every-page.js"

const themes: [name: string, theme: PageTheme][] = [
  ["the default theme", {}],
  ["a bright theme", { brandColor: "#ffdd00", buttonText: "#ffffff" }],
  ["a black theme", { brandColor: "#000000", logo: "/logo.svg" }],
]

async function serve(theme: PageTheme, pages: [string, string][]) {
  const app = createServer((req, res) => {
    const { pathname } = new URL(req.url ?? "/", "http://localhost")
    const asset = getAsset(pathname.replace("/auth/assets/", ""), { theme })
    // A page that goes on by itself could not be looked at.
    const body = pathname.endsWith("/onward.js") ? "" : asset?.body
    if (asset) return res.setHeader("content-type", asset.type).end(body)
    if (pathname.endsWith(".svg")) {
      return res.setHeader("content-type", "image/svg+xml").end('<svg xmlns="http://www.w3.org/2000/svg"/>')
    }
    const page = pages[Number(pathname.slice(1))]?.[1]
    for (const [name, value] of Object.entries(pageHeaders(theme))) res.setHeader(name, value)
    res.writeHead(page ? 200 : 404).end(page)
  })
  return listen((req, res) => app.emit("request", req, res))
}

describe("every page in a browser", () => {
  for (const [name, theme] of themes) {
    for (const colorScheme of ["light", "dark"] as const) {
      const title = `is accessible, fits 360 px and breaks no policy: ${name}, ${colorScheme}`
      browserTest(
        title,
        async (context) => {
          const pages = Object.entries(renderEveryPage(toContext(theme)))
          const app = await serve(theme, pages)
          const page = await context.newPage()
          const watch = await watchPage(page)
          for (const [index, [view]] of pages.entries()) {
            await page.goto(`${app.url}/${index}`)
            expect(await checkAccessibility(page), view).to.deep.equal([])
            expect(await page.evaluate("document.documentElement.scrollWidth"), view).to.be.at.most(360)
            expect(await page.evaluate("document.styleSheets.length"), view).to.equal(2)
          }
          expect(watch).to.deep.equal({ errors: [], cspViolations: [], foreignRequests: [] })
          await app.close()
        },
        { colorScheme, viewport: { width: 360, height: 740 } },
      )
    }
  }
})

describe('the page "Check your email" in a browser', () => {
  const mail = {
    ...{ email: "ada@example.com", provider: "nodemailer", callbackUrl: "/", hasCode: true },
    ...{ isAnother: true, remember: false },
  }

  browserTest("counts down, then shows the button, and takes a code pasted with spaces", async (context) => {
    const html = renderVerifyRequestPage(toContext(), { mail: { ...mail, wait: 2 } })
    const app = await serve({}, [["verify-request", html]])
    const page = await context.newPage()
    const watch = await watchPage(page)
    await page.goto(`${app.url}/0`)
    expect(await page.evaluate("document.activeElement.name")).to.equal("code")
    await page.keyboard.insertText(" 402 917 ")
    expect(await page.locator(".clock").textContent()).to.match(/^0:0[12]$/)
    await page.getByRole("button", { name: "Send again" }).waitFor({ state: "visible" })
    expect(await page.locator("[data-wait]").isVisible()).to.equal(false)
    const posted = page.waitForRequest((request) => request.method() === "POST")
    await page.locator("[name=code]").press("Enter")
    const request = await posted
    expect(new URL(request.url()).pathname).to.equal("/auth/verify-request")
    expect(new URLSearchParams(request.postData() ?? "").get("code")).to.equal(" 402 917 ")
    expect(watch.cspViolations).to.deep.equal([])
    await app.close()
  })

  browserTest(
    "says how long to wait without JavaScript",
    async (context) => {
      const html = renderVerifyRequestPage(toContext(), { mail: { ...mail, wait: 245 } })
      const app = await serve({}, [["verify-request", html]])
      const page = await context.newPage()
      await page.goto(`${app.url}/0`)
      expect(await page.getByText("You can have another email sent in 5 minutes.").isVisible()).to.equal(true)
      expect(await page.getByText("Send again").isVisible()).to.equal(false)
      await app.close()
    },
    { javaScriptEnabled: false },
  )
})

describe("every page in another language in a browser", () => {
  for (const language of ["ar", "de", "ja", "uk"])
    browserTest(
      `is accessible and fits 360 px: ${language}`,
      async (context) => {
        const pages = Object.entries(renderEveryPage({ ...toContext(), ...textsOf(language) }))
        const app = await serve({}, pages)
        const page = await context.newPage()
        for (const [index, [view]] of pages.entries()) {
          await page.goto(`${app.url}/${index}`)
          expect(await page.evaluate("document.documentElement.scrollWidth"), view).to.be.at.most(360)
          // The plain form of each page: axe takes a second for one.
          if (language === "ar" && !view.includes(" "))
            expect(await checkAccessibility(page), view).to.deep.equal([])
        }
        await app.close()
      },
      { viewport: { width: 360, height: 740 } },
    )
})

describe("the sign-in page in a browser", () => {
  const password: PageProvider = {
    ...{ id: "password", name: "Credentials", type: "credentials" },
    fields: { email: {}, password: {} },
  }

  browserTest("shows a password on request, and sends it as a password", async (context) => {
    const html = renderSignInPage(toContext(), { providers: [password], callbackUrl: "/" })
    const app = await serve({}, [["sign-in", html]])
    const page = await context.newPage()
    const watch = await watchPage(page)
    await page.goto(`${app.url}/0`)
    expect(await page.evaluate("document.activeElement.name")).to.equal("email")
    await page.keyboard.type("ada@example.com")
    await page.keyboard.press("Tab")
    await page.keyboard.type("secret")
    await page.keyboard.press("Tab")
    const button = page.getByRole("button", { name: "Show password" })
    expect(await page.evaluate("document.activeElement.className")).to.equal("reveal")
    await page.keyboard.press("Enter")
    const input = page.locator("[name=password]")
    expect(await input.getAttribute("type")).to.equal("text")
    expect(await button.getAttribute("aria-pressed")).to.equal("true")
    expect(await checkAccessibility(page)).to.deep.equal([])
    const posted = page.waitForRequest((request) => request.method() === "POST")
    await input.press("Enter")
    expect((await posted).postData()).to.include("password=secret")
    expect(new URL((await posted).url()).pathname).to.equal("/auth/callback/password")
    expect(watch.cspViolations).to.deep.equal([])
    await app.close()
  })

  browserTest("has one box for buttons and fields, and Enter sends the fields", async (context) => {
    const providers: PageProvider[] = [
      { id: "github", name: "GitHub", type: "oauth" },
      { id: "nodemailer", name: "Nodemailer", type: "email" },
    ]
    const html = renderSignInPage(toContext(), { providers, callbackUrl: "/", remember: false })
    const app = await serve({}, [["sign-in", html]])
    const page = await context.newPage()
    const send = async (press: () => Promise<void>) => {
      await page.goto(`${app.url}/0`)
      await page.getByLabel("Keep me signed in").check()
      const posted = page.waitForRequest((request) => request.method() === "POST")
      await press()
      const request = await posted
      const { remember, email } = Object.fromEntries(new URLSearchParams(request.postData() ?? ""))
      return { path: new URL(request.url()).pathname, remember, email }
    }
    const typed = await send(async () => {
      await page.locator("[name=email]").fill("ada@example.com")
      await page.keyboard.press("Enter")
    })
    expect(typed).to.deep.equal({
      ...{ path: "/auth/signin/nodemailer", remember: "on", email: "ada@example.com" },
    })
    const pressed = await send(() => page.getByRole("button", { name: "Continue with GitHub" }).click())
    expect(pressed).to.deep.equal({ path: "/auth/signin/github", remember: "on", email: "" })
    await app.close()
  })

  browserTest(
    "fits 360 px with text at 200 %",
    async (context) => {
      const pages = Object.entries(renderEveryPage(toContext())).filter(([view]) =>
        /^sign-in|^verify/.test(view),
      )
      const app = await serve({}, pages)
      const page = await context.newPage()
      for (const [index, [view]] of pages.entries()) {
        await page.goto(`${app.url}/${index}`)
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        expect(await page.evaluate("document.documentElement.scrollWidth"), view).to.be.at.most(360)
      }
      await app.close()
    },
    { viewport: { width: 360, height: 740 } },
  )
})
