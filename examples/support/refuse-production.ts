/** In the demo everybody reads everybody's mail, and the password is on the home page. Ends the process. */
export function refuseProduction(): void {
  if (process.env.NODE_ENV !== "production") return
  console.error(`
  This is a demo: whoever reaches it can read its mail and sign in as anybody.
  It does not start where NODE_ENV is "production". See the README for an app of your own.
`)
  process.exit(1)
}
