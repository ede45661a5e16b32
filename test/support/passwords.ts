import Credentials from "express-authjs/providers/credentials"

/** A credentials provider: any name with the password "right". */
export const passwords = (id = "1") =>
  Credentials({
    credentials: { username: {}, password: {} },
    authorize: ({ username, password }) =>
      password === "right" ? { id, name: String(username), email: `${username}@example.com` } : null,
  })
