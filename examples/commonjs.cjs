// Does it work from CommonJS? Yes: `require()` it, on Node 20.19, 22.12 and later.
const express = require("express")
const { ExpressAuth } = require("express-authjs")
const { default: Credentials } = require("express-authjs/providers/credentials")

const auth = ExpressAuth({
  providers: [
    Credentials({
      credentials: { username: { label: "Name" }, password: { label: "Password", type: "password" } },
      // Look the user up in your database, and compare password hashes.
      authorize: async ({ username, password }) =>
        username === "ada" && password === "analytical" ? { id: "1", name: "Ada Lovelace" } : null,
    }),
  ],
})

const app = express()
app.use("/auth", auth)
app.get("/", auth.requireAuth(), (req, res) => res.send(`Hello ${req.auth.user.name}`))

module.exports = { app }

if (require.main === module) app.listen(3000)
