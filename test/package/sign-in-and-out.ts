import { expect } from "chai"
import { UserAgent } from "../support/user-agent.js"

const formAction = /\/callback\/credentials$/

/** Signs Ada in to an app of the fixtures after a wrong password, and out again. */
export async function signInAndOut(url: string): Promise<void> {
  const agent = new UserAgent()
  const page = await agent.followAll(await agent.get(`${url}/`))
  const enter = (from: typeof page, password: string) =>
    agent.submit(from, { formAction, fields: { name: "Ada", password } })
  const wrong = await agent.followAll(await enter(page, "no"))
  expect(wrong.body).to.include("do not match")
  expect((await agent.followAll(await enter(wrong, "demo"))).body).to.equal("Hello Ada")
  await agent.submit(await agent.get(`${url}/auth/signout`))
  expect((await agent.get(`${url}/`)).status).to.equal(302)
}
