// How do the built-in pages and mails appear in my users' languages?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET.
import cookieParser from "cookie-parser"
import express from "express"
import { ExpressAuth } from "express-authjs"

const languages = ["en", "de", "fr"]

const auth = ExpressAuth({
  providers: [{ id: "sso", name: "Company account", type: "oidc" }],
  // What the user chose; without a choice, the language of the browser.
  locale: (req) => req.cookies.language,
  // Replaces single texts. The others stay as they are.
  texts: {
    en: { "signIn.heading": "Welcome to the library" },
    de: { "signIn.heading": "Willkommen in der Bibliothek" },
  },
})

export const app = express()
app.use(cookieParser(), express.urlencoded()) // before the mount, because `locale` reads the cookie
app.use("/auth", auth)

app.get("/", (_req, res) => {
  const buttons = languages.map(
    (language) => `<button name="language" value="${language}">${language}</button>`,
  )
  res.send(
    `<form method="post" action="/language">${buttons.join("")}</form><a href="/auth/signin">Sign in</a>`,
  )
})

app.post("/language", (req, res) => {
  const { language } = req.body
  if (languages.includes(language)) res.cookie("language", language, { maxAge: 365 * 24 * 60 * 60 * 1000 })
  res.redirect(303, "/")
})

if (process.argv[1] === import.meta.filename) app.listen(3000)
