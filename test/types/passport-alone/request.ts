// The methods of Passport on requests, where the types of Passport are not installed; and a user of the app's own.
import express, { type Request } from "express"
import { ExpressAuth } from "express-authjs"
import { passport } from "express-authjs/passport"

declare global {
  namespace Express {
    interface User {
      id: number
      name: string
    }
  }
}

const app = express()
const auth = ExpressAuth({ providers: [] })

app.use(passport(auth, { deserializeUser: ({ user }) => ({ id: Number(user.id), name: user.name ?? "" }) }))
app.post("/in", (req, res, next) => {
  req.login({ id: 1, name: "Ada" }, (error) => (error ? next(error) : res.redirect("/")))
})
app.post("/out", (req, res, next) => {
  req.logOut((error) => (error ? next(error) : res.redirect("/")))
})

export async function nameOf(req: Request): Promise<string> {
  // @ts-expect-error not this app's user type
  await req.login({ id: "ada" })
  await req.login({ id: 1, name: "Ada" }, { method: "email" })
  await req.logout({ keepSessionInfo: true })
  // @ts-expect-error the request may be anonymous
  req.user.name
  return req.isAuthenticated() ? req.user.name : (req.user?.name ?? "anonymous")
}
