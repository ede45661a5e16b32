import { UserAgent } from "./auth-apps.js"
import { type Listening, listen } from "./listen.js"
import { createPasskeyApp, type PasskeyAppOptions } from "./passkey-app.js"
import { registerPasskey } from "./passkey-visitor.js"
import { SoftwareAuthenticator } from "./software-authenticator.js"
import type { Visit } from "./user-agent.js"

/** Starts apps with passkeys for one test each; they are closed after it. */
export function usePasskeyApps() {
  const open: Listening[] = []
  afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

  async function start(options: PasskeyAppOptions = {}) {
    const made = createPasskeyApp(options)
    const server = await listen(made.app)
    open.push(server)
    return { ...made, url: server.url }
  }

  /** An app with one user, ada@example.com, who has one passkey and is signed in. */
  async function startWithUser(options: PasskeyAppOptions = {}) {
    const app = await start(options)
    const [agent, device] = [new UserAgent(), new SoftwareAuthenticator()]
    await registerPasskey(agent, app.url, device, { email: "ada@example.com" })
    const [user] = app.adapter.rows.users.values()
    if (!user) throw new Error("No user has signed up")
    return { ...app, agent, device, user }
  }

  return { start, startWithUser }
}

/** The error code in the URL of the page after a failed attempt. */
export function failureOf({ headers, url }: Visit): (string | null)[] {
  const { searchParams } = new URL(headers.get("location") ?? "", url)
  return [searchParams.get("error"), searchParams.get("code")]
}
