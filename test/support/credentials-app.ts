import Credentials from "@auth/core/providers/credentials"
import { expect } from "chai"
import type { Application } from "express"
import type { ExpressAuthConfig } from "express-authjs"
import request from "supertest"

/** A configuration in which any name signs in; nothing is written to the console. */
export function credentialsConfig(config: Partial<ExpressAuthConfig> = {}): ExpressAuthConfig {
  return {
    providers: [anyone],
    secret: "a secret of at least thirty-two characters",
    logger: { error: () => {}, warn: () => {}, debug: () => {} },
    ...config,
  }
}

const anyone = Credentials({
  credentials: { name: { label: "Name" } },
  authorize: ({ name }) =>
    typeof name === "string" && name !== "" ? { id: name.toLowerCase(), name } : null,
})

type Agent = ReturnType<typeof request.agent>

/** Signs a name in by the form a page of ours holds, and returns the agent that has the session. */
export async function signInByName(app: Application, basePath: string, name = "Ada"): Promise<Agent> {
  const agent = request.agent(app)
  const { body } = await agent.get(`${basePath}/csrf`).expect(200)
  await agent
    .post(`${basePath}/callback/credentials`)
    .type("form")
    .send({ csrfToken: body.csrfToken, name })
    .expect(302)
  const session = await agent.get(`${basePath}/session`).expect(200)
  expect(session.body.user).to.include({ name })
  return agent
}
