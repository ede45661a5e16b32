// How do users sign in with their account in the company's directory (LDAP, Active Directory)?
// Set AUTH_SECRET, LDAP_URL (ldaps://directory.example.com) and LDAP_PEOPLE (ou=people,dc=example,dc=com). Install ldapts.
// For Active Directory, bind as `${username}@example.com`, and use `sAMAccountName` instead of `uid`.
import express from "express"
import { ExpressAuth } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { Client, InvalidCredentialsError } from "ldapts"

const { LDAP_URL = "ldap://127.0.0.1:389", LDAP_PEOPLE = "ou=people,dc=example,dc=com" } = process.env

/** Allows no other characters, because the name becomes part of a distinguished name (RFC 4514). */
const plainName = /^[\w.-]{1,64}$/

async function authorize({ username, password }: Record<string, unknown>) {
  if (typeof username !== "string" || typeof password !== "string" || !plainName.test(username)) return null
  // With an empty password, directories accept any name as an anonymous bind (RFC 4513, section 5.1.2).
  if (password === "") return null
  const client = new Client({ url: LDAP_URL, timeout: 5000, connectTimeout: 5000 })
  try {
    const name = `uid=${username},${LDAP_PEOPLE}`
    await client.bind(name, password)
    const { searchEntries } = await client.search(name, { scope: "base", attributes: ["cn", "mail"] })
    const [person] = searchEntries
    return person ? { id: username.toLowerCase(), name: String(person.cn), email: String(person.mail) } : null
  } catch (error) {
    if (error instanceof InvalidCredentialsError) return null
    throw error // the directory is down: an error page, and not "wrong password"
  } finally {
    await client.unbind().catch(() => {})
  }
}

const credentials = { username: { label: "User name", required: true }, password: { required: true } }
const auth = ExpressAuth({ providers: [Credentials({ name: "Company account", credentials, authorize })] })

export const app = express()
app.use("/auth", auth)
app.get("/", auth.requireAuth(), (req, res) => {
  res.send(`Hello ${req.auth.user.name} (${req.auth.user.email})`)
})

if (process.argv[1] === import.meta.filename) app.listen(3000)
