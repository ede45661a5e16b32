import { randomUUID } from "node:crypto"
import type { DatabaseAdapter } from "express-authjs/database"
import Credentials from "express-authjs/providers/credentials"
import { hashPassword, isPassword } from "./password-hash.js"

/**
 * Makes the one person who has a password, and the form for it. He is a user of the same database as everybody else; the
 * hash of his password is the app's own affair.
 */
export async function createCharles(db: DatabaseAdapter): Promise<ReturnType<typeof Credentials>> {
  const email = "charles@example.com"
  const charles = { id: randomUUID(), name: "Charles Babbage", email, emailVerified: new Date() }
  await db.createUser(charles)
  const hash = await hashPassword("demo")
  return Credentials({
    credentials: {
      username: { label: "User name", placeholder: "charles", required: true },
      password: { placeholder: "demo", required: true },
    },
    authorize: async ({ username, password }) => {
      const isRight = await isPassword(String(password), username === "charles" ? hash : undefined)
      return isRight ? db.getUser(charles.id) : null
    },
  })
}
