import { Server as TlsServer } from "node:tls"
import type { Agent, Response } from "supertest"
import { loadTestPackage } from "./load-test-package.js"
import { toSessionCookies } from "./session-cookies.js"
import { defaultOrigin, startTestSession, type TestedApp } from "./start-test-session.js"
import type { TestPerson } from "./test-person.js"
import { proxyHeaders } from "./within-request.js"

/**
 * Signs a person in, and returns a supertest agent whose cookie jar has the session. The session is real: the app's own
 * configuration starts it, with its session strategy, its cookies and its callbacks, and it can be renewed, revoked and
 * signed out. Only `callbacks.signIn` does not run, because no provider takes part.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_TESTING` in production and on misuse; `ERR_AUTH_LOGIN` if a callback or a store
 * fails
 * @example
 * const agent = await signedIn(app, { user: { name: "Ada" }, roles: ["admin"] })
 * await agent.get("/admin").expect(200)
 */
export async function signedIn(app: TestedApp, person: TestPerson = {}): Promise<Agent> {
  const isDirect = app instanceof TlsServer
  const { origin = isDirect ? "https://127.0.0.1" : defaultOrigin } = person
  const lines = await startTestSession(app, { ...person, origin }, { name: "signedIn()", isDirect })
  const agent = await createAgent(app)
  for (const { name, value, path } of toSessionCookies(lines).cookies)
    agent.jar.setCookie(`${name}=${value}; Path=${path}`, "127.0.0.1", "/")
  if (person.origin !== undefined)
    agent.set({ host: new URL(origin).host, ...proxyHeaders({ origin, isDirect }) })
  return agent
}

async function createAgent(app: TestedApp): Promise<Agent> {
  const needed = { user: "signedIn()", name: "supertest" }
  const { default: supertest } = await loadTestPackage(() => import("supertest"), needed)
  const agent = supertest.agent(app)
  keepEveryCookie(agent)
  return agent
}

/**
 * Makes an agent keep the app's cookies whatever their `Secure` and `Domain`: it reaches the app over plain HTTP at
 * 127.0.0.1, and would otherwise lose the session at its first renewal.
 */
function keepEveryCookie(agent: Agent): void {
  const { jar } = agent
  const { setCookies } = jar
  jar.setCookies = (lines, ...place) => setCookies.call(jar, [lines].flat().map(withoutSecure), ...place)
  agent.on("response", ({ headers }: Response) => {
    const lines: string[] = [headers["set-cookie"] ?? []].flat()
    jar.setCookies(lines.map(withoutDomain), "127.0.0.1", "/")
  })
}

function withoutSecure(line: string): string {
  return line.replace(/;\s*secure(?=;|$)/gi, "")
}

function withoutDomain(line: string): string {
  return line.replace(/;\s*domain=[^;]*/gi, "")
}
