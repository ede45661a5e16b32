// npm run make-admin -- ada@example.com: makes a user who has signed in once the first admin.
import { adapter, closeDatabase } from "./database.js"
import { setRole } from "./users.js"

const [email = ""] = process.argv.slice(2)
const user = await adapter.getUserByEmail(email.toLowerCase())
if (user) await setRole(user.id, "admin")
await closeDatabase()

console.log(user ? `${email} is an admin.` : `No user has the address "${email}". Sign in with it first.`)
process.exitCode = user ? 0 : 1
