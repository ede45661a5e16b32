// What does a todo app look like on Passport and express-session? passport-todo.ts is the same app after migrating.
import { scryptSync, timingSafeEqual } from "node:crypto"
import { fileURLToPath } from "node:url"
import { ensureLoggedIn } from "connect-ensure-login"
import express, { type Request } from "express"
import session, { MemoryStore } from "express-session"
import passport from "passport"
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

passport.use(strategy)
passport.serializeUser((user, done) => done(null, (user as User).id))
passport.deserializeUser((id: string, done) => done(null, findUser(id) ?? false))

export const app = express()
app.set("views", fileURLToPath(new URL("views", import.meta.url))).set("view engine", "ejs")
app.use(express.urlencoded({ extended: false }))
app.use(session({ store, secret, resave: false, saveUninitialized: false }))
app.use(passport.initialize())
app.use(passport.session())

app.get("/login", (_req, res) => res.render("todo-login"))
app.post(
  "/login",
  passport.authenticate("local", { successReturnToOrRedirect: "/", failureRedirect: "/login" }),
)
app.post("/logout", (req, res, next) => {
  req.logout((error) => (error ? next(error) : res.redirect("/login")))
})

app.get("/", ensureLoggedIn(), (req, res) => res.render("todos", { user: req.user }))
app.post("/", ensureLoggedIn(), (req, res) => {
  userOf(req).todos.push(req.body.title)
  res.redirect("/")
})

if (process.argv[1] === import.meta.filename) app.listen(3000)
