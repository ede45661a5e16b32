/** Exits in production: the demo shows all mail to every visitor, and the password is on the home page. */
export function refuseProduction(): void {
  if (process.env.NODE_ENV !== "production") return
  console.error(`
  This is a demo: every visitor can read its mail and sign in as any user.
  It does not start if NODE_ENV is "production". See the README for your own app.
`)
  process.exit(1)
}
