import { csrfOf } from "./auth-apps.js"
import type { Mischief, PasskeyOptions, SoftwareAuthenticator } from "./software-authenticator.js"
import type { UserAgent, Visit } from "./user-agent.js"

/** Requests the options, as our page's script does before it calls the WebAuthn API. */
export async function passkeyOptions(
  agent: UserAgent,
  url: string,
  query: Record<string, string> = {},
): Promise<PasskeyOptions & { challenge: string }> {
  const answer = await askForOptions(agent, url, query)
  if (answer.status !== 200) throw new Error(`No options: ${answer.status} ${answer.body}`)
  return JSON.parse(answer.body).options
}

export function askForOptions(
  agent: UserAgent,
  url: string,
  query: Record<string, string> = {},
): Promise<Visit> {
  return agent.get(`${url}/auth/webauthn-options/passkey?${new URLSearchParams(query)}`, {
    accept: "application/json",
    "sec-fetch-mode": "cors",
    "sec-fetch-dest": "empty",
  })
}

/** Posts the authenticator's response, as the script does; the response is a redirect, as for a form. */
export async function postPasskey(
  agent: UserAgent,
  url: string,
  form: { action: string; data: unknown; callbackUrl?: string },
): Promise<Visit> {
  const data = typeof form.data === "string" ? form.data : JSON.stringify(form.data)
  const csrfToken = await csrfOf(agent, url)
  return agent.post(`${url}/auth/callback/passkey`, { ...form, data, csrfToken })
}

/** Registers a passkey, for a new user with that address or for the signed-in user. */
export async function registerPasskey(
  agent: UserAgent,
  url: string,
  device: SoftwareAuthenticator,
  { email, ...mischief }: Mischief & { email?: string } = {},
): Promise<Visit> {
  const options = await passkeyOptions(agent, url, { action: "register", ...(email && { email }) })
  const data = device.register(options, new URL(url).origin, mischief)
  return postPasskey(agent, url, { action: "register", data })
}

/** Signs in with a passkey. */
export async function signInWithPasskey(
  agent: UserAgent,
  url: string,
  device: SoftwareAuthenticator,
  { callbackUrl, ...mischief }: Mischief & { callbackUrl?: string } = {},
): Promise<Visit> {
  const options = await passkeyOptions(agent, url, { action: "authenticate" })
  const data = device.authenticate(options, new URL(url).origin, mischief)
  return postPasskey(agent, url, { action: "authenticate", data, ...(callbackUrl && { callbackUrl }) })
}
