import path from "node:path"
import express from "express"
import helmet from "helmet"
import { auth } from "./auth.js"
import { notFound, sendProblem, showError } from "./errors.js"
import { form } from "./form.js"
import { account } from "./routes/account.js"
import { admin } from "./routes/admin.js"
import { api } from "./routes/api.js"
import { notes } from "./routes/notes.js"

const folder = (name) => path.join(import.meta.dirname, "..", name)

export const app = express()
app.set("trust proxy", process.env.TRUST_PROXY ?? "loopback") // the addresses of your reverse proxy, and no others
app.set("view engine", "ejs").set("views", folder("views"))
app.disable("x-powered-by")

app.get("/healthz", (_req, res) => res.send("ok")) // asks no other server: a restart would not repair those
app.use("/assets", express.static(folder("public")))
app.use("/auth", auth) // its pages set their own headers
app.use(
  helmet({
    referrerPolicy: { policy: "same-origin" },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        formAction: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
  }),
)

app.use((req, _res, next) => (req.url.includes("%00") ? notFound() : next())) // PostgreSQL has no such ids
app.use("/api", auth.requireAuth(), api, notFound, sendProblem)

// Pages: every view gets `session`, `csrfToken` and `path`.
app.use(auth.session(), async (req, res, next) => {
  res.locals.path = req.path
  res.locals.csrfToken = await auth.getCsrfToken(req, res)
  next()
})
app.get("/", (req, res) => (req.auth ? res.redirect("/notes") : res.render("home")))
app.use("/notes", auth.requireAuth(), notes)
app.use("/account", auth.requireAuth(), account)
app.use("/admin", auth.requireAuth({ roles: ["admin"] }), admin)
app.post("/sign-out", form, (req, res) => auth.signOut(req, res, { redirectTo: "/" }))
app.use(notFound, showError)
