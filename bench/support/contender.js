import { once } from "node:events"

/** Who is signed in with every contender, and what `GET /me` answers. */
export const user = {
  id: "7f1b1f6e-5a1c-4c55-9a53-0d2f1e2b7c11",
  name: "Ada Lovelace",
  email: "ada@example.com",
  image: "https://example.com/ada.png",
}

/** Long enough for everybody's rules. */
export const secret = "a secret of the benchmark, which protects nothing at all"

/**
 * Starts a contender's app on a free port, signs in, and prints one line of JSON: how it is to be asked.
 *
 * @param app an Express app
 * @param options.title its row in the table
 * @param options.signIn given the origin, returns the `Cookie` header of a signed-in browser, or many of them
 * @param options.guarded whether `path` refuses requests without the cookie. @default true
 * @param options.path what is measured. @default "/me"
 */
export async function serve(app, { title, signIn, guarded = true, path = "/me" }) {
  const server = app.listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address()
  const cookies = [await signIn(`http://127.0.0.1:${port}`)].flat()
  console.log(JSON.stringify({ title, port, path, guarded, cookies }))
}

/** Tells the benchmark that this contender cannot run here, and ends the process. */
export function skip(title, reason) {
  console.log(JSON.stringify({ title, skipped: reason }))
  process.exit()
}
