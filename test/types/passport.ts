// The methods of Passport on requests, together with the types of Passport itself: the declarations agree and merge.
import express, { type Request, type RequestHandler } from "express"
import { ExpressAuth } from "express-authjs"
import { type LoginOptions, migratePassportSession, passport } from "express-authjs/passport"
import { MemoryStore } from "express-session"
import classic from "passport"

const app = express()
const auth = ExpressAuth({ providers: [] })
const find = async (id: string) => (id === "ada" ? { id, name: "Ada" } : undefined)

app.use(passport(auth, { deserializeUser: ({ user }) => find(user.id ?? ""), returnTo: true }))
app.use(migratePassportSession({ store: new MemoryStore(), secret: "old", deserializeUser: find }))

app.post("/login", classic.authenticate("local"), (_req, res) => res.redirect("/"))
app.post("/in", (req, res, next) => {
  req.login({ id: "ada" }, (error: Error | null) => (error ? next(error) : res.redirect("/")))
})
app.post("/out", (req, res, next) => {
  req.logout({ keepSessionInfo: true }, (error) => (error ? next(error) : res.redirect("/")))
})

export async function again(req: Request, options: LoginOptions): Promise<Express.User> {
  await req.logout()
  await req.logIn({ id: "ada" }, { ...options, method: "credentials" })
  // @ts-expect-error the request may be anonymous
  const missing: Express.User = req.user
  return req.isAuthenticated() ? req.user : missing
}

/** A guard written for Passport. */
export const guard: RequestHandler = (req, res, next) => {
  if (req.isUnauthenticated()) res.redirect("/login")
  else next()
}

// @ts-expect-error no method proves a sign-in
export const proven: LoginOptions = { method: "proven" }
