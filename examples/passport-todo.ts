// How do I migrate from Passport and express-session? passport-todo-before.ts is the same app before.
import { scryptSync, timingSafeEqual } from "node:crypto"
import { fileURLToPath } from "node:url"
import { ensureLoggedIn } from "connect-ensure-login"
import express, { type Request } from "express"
import { ExpressAuth } from "express-authjs"
import { authenticate, migratePassportSession, PassportProvider, passport } from "express-authjs/passport"
import { MemoryStore } from "express-session"
import { Strategy as LocalStrategy } from "passport-local"

type User = { id: string; username: string; hash: Buffer; todos: string[] }

const hash = (password: string) => scryptSync(password, "salt", 32)
const users: User[] = [{ id: "1", username: "ada", hash: hash("analytical"), todos: ["Write notes"] }]
const findUser = (id: string) => users.find((user) => user.id === id)
const userOf = (req: Request) => req.user as User

/** Yours is in Redis or a database. */
export const store = new MemoryStore()
const secret = process.env.SESSION_SECRET ?? "keyboard cat"

const strategy = new LocalStrategy((username, password, done) => {
  const user = users.find((one) => one.username === username)
  done(null, user && timingSafeEqual(hash(password), user.hash) ? user : false)
})

const auth = ExpressAuth({
  providers: [PassportProvider({ id: "local", strategy, ownUsers: true })],
  pages: { signIn: "/login" },
})

export const app = express()
app.set("views", fileURLToPath(new URL("views", import.meta.url))).set("view engine", "ejs")
app.use(express.urlencoded({ extended: false }))
app.use("/auth", auth)
app.use(passport(auth, { deserializeUser: ({ user }) => findUser(user.id), returnTo: true }))
app.use(migratePassportSession({ store, secret, deserializeUser: findUser })) // until the old sessions have ended

app.get("/login", (_req, res) => res.render("todo-login"))
app.post("/login", authenticate(auth, "local", { successReturnToOrRedirect: "/", failureRedirect: "/login" }))
app.post("/logout", (req, res, next) => {
  req.logout((error) => (error ? next(error) : res.redirect("/login")))
})

app.get("/", ensureLoggedIn(), (req, res) => res.render("todos", { user: req.user }))
app.post("/", ensureLoggedIn(), (req, res) => {
  userOf(req).todos.push(req.body.title)
  res.redirect("/")
})

if (process.argv[1] === import.meta.filename) app.listen(3000)
