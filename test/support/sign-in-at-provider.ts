import { readForm } from "./html-form.js"
import { describe, redirectTarget, type UserAgent, type Visit } from "./user-agent.js"

/** What the visitor does on the provider's page: enters a name (any, or a seeded account's), or presses Cancel. */
export type ProviderLogin = { name: string } | { cancel: true }

/**
 * Walks from the answer that sends the browser to the provider, through the provider's sign-in page, to the answer of
 * our own callback, which it returns unfollowed. Shows no page when the provider still has a session.
 */
export async function signInAtProvider(
  agent: UserAgent,
  response: Visit,
  login: ProviderLogin,
): Promise<Visit> {
  const start = redirectTarget(response)
  if (!start) throw new Error(`This does not lead to a provider: ${describe(response)}`)
  const provider = new URL(start).origin
  let current = await agent.follow(response)
  for (let steps = 0; new URL(current.url).origin === provider; steps++) {
    if (steps === 20) throw new Error(`No way back from the provider: ${describe(current)}`)
    current = redirectTarget(current) ? await agent.follow(current) : await answerPage(agent, current, login)
  }
  return current
}

function answerPage(agent: UserAgent, page: Visit, login: ProviderLogin): Promise<Visit> {
  if (isFormPost(page)) return agent.submit(page)
  if (page.status !== 200) throw new Error(describe(page))
  if ("cancel" in login) return agent.submit(page, { formAction: /\/cancel$/ })
  return agent.submit(page, { formAction: /\/login$/, fields: { login: login.name, password: "any" } })
}

/** Whether a page posts the authorization response by itself (`response_mode=form_post`). */
function isFormPost(page: Visit): boolean {
  return page.body.includes("document.forms[0].submit()") && readForm(page).method === "POST"
}
