import { cookiesOf, startSignIn } from "./auth-apps.js"
import { redirectTarget, type UserAgent, type Visit } from "./user-agent.js"

/** The provider's redirect to our callback, not yet requested. */
export async function wayBack(agent: UserAgent, url: string, choice = {}): Promise<string> {
  return callbackOf(agent, await startSignIn(agent, url, choice))
}

/** The provider's redirect to our callback, starting from our redirect to the provider. */
export async function callbackOf(agent: UserAgent, leaving: Visit): Promise<string> {
  let current = leaving
  for (let hops = 0; hops < 20; hops++) {
    const target = redirectTarget(current)
    if (target?.startsWith(`${new URL(leaving.url).origin}/auth/callback/`)) return target
    if (target) current = await agent.follow(current)
    else current = await agent.submit(current, { formAction: /\/login$/, fields: { login: "Ada Lovelace" } })
  }
  throw new Error("No way back")
}

/** The cookies of all pending sign-ins, by name. */
export const flowsOf = async (agent: UserAgent, url: string) =>
  Object.entries(await cookiesOf(agent, `${url}/auth/callback/x`)).filter(([name]) =>
    name.startsWith("authjs.state."),
  )
