import { randomUUID } from "node:crypto"
import type { DatabaseAdapter } from "express-authjs/database"
import Credentials from "express-authjs/providers/credentials"
import { hashPassword, isPassword } from "./password-hash.js"

/**
 * Creates the one user with a password, and returns the provider that checks it. The user is in the database like all
 * others; only the app knows the hash of his password.
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
