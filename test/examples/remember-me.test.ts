import { expect } from "chai"
import { UserAgent } from "../support/user-agent.js"
import { useExample } from "./import-example.js"

describe("examples/remember-me.ts", () => {
  const example = useExample("remember-me.ts")
  let agent: UserAgent

  beforeEach(() => {
    agent = new UserAgent()
  })

  /** What the page says, and whether the session's cookie ends with the browser. */
  async function signInBy(path: string, choice: Parameters<UserAgent["submit"]>[1]) {
    const page = await agent.followAll(await agent.get(`${example().url}${path}`))
    const { body } = await agent.followAll(await agent.submit(page, choice))
    const cookies = await agent.cookies.getCookies(example().url)
    const session = cookies.find(({ key }) => key.endsWith("session-token"))
    return { body, endsWithBrowser: session?.expires === "Infinity" && session.maxAge === null }
  }

  for (const [path, button] of [
    ["/", /Company account/],
    ["/welcome", "Sign in"],
  ] as const)
    it(`asks, on ${path}`, async () => {
      const ticked = await signInBy(path, { button, fields: { remember: "on" } })
      expect(ticked).to.deep.equal({ body: "Hello Ada Lovelace, you stay signed in", endsWithBrowser: false })
      agent = new UserAgent()
      const unticked = await signInBy(path, { button })
      expect(unticked.body).to.equal("Hello Ada Lovelace, you do not stay signed in")
      expect(unticked.endsWithBrowser).to.equal(true)
    })

  it("keeps no one signed in at the kiosk, whatever the form says", async () => {
    const page = await agent.followAll(await agent.post(`${example().url}/kiosk`, { remember: "on" }))
    expect(page.body).to.equal("Hello Ada Lovelace, you do not stay signed in")
  })
})
