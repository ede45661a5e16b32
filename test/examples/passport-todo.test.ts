import { readFile } from "node:fs/promises"
import { expect } from "chai"
import type { MemoryStore } from "express-session"
import { listen } from "../support/listen.js"
import { UserAgent } from "../support/user-agent.js"
import { importExample } from "./import-example.js"
import { openTodos, useTodos } from "./use-todos.js"

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), "utf8")

describe("examples/passport-todo.ts", () => {
  useTodos(async () => listen(await importExample("passport-todo.ts")))

  it("keeps the sessions of the previous app", async () => {
    const before = await listen(await importExample("passport-todo-before.ts"))
    const after = await listen(await importExample("passport-todo.ts"))
    const agent = new UserAgent()
    await openTodos(agent, before.url)
    await copySessions(await storeOf("passport-todo-before.ts"), await storeOf("passport-todo.ts"))
    const page = await agent.get(`${after.url}/`)
    expect([page.status, page.body]).to.satisfy(
      ([status, body]: [number, string]) => status === 200 && /of ada/.test(body),
    )
    const names = (await agent.cookies.getCookies(after.url)).map(({ key }) => key)
    expect(names).to.include("authjs.session-token").and.not.include("connect.sid")
    await Promise.all([before.close(), after.close()])
  })

  it("is what the documentation makes of the app before, line by line", async () => {
    const [, diff = ""] =
      /```diff\n([\s\S]*?)```/.exec(await read("docs/start/migrate-from-passport.md")) ?? []
    const lines = diff.trimEnd().split("\n")
    const without = (sign: string) =>
      lines.filter((line) => !line.startsWith(sign)).map((line) => line.slice(1))
    expect(without("+").join("\n")).to.equal(codeOf(await read("examples/passport-todo-before.ts")))
    expect(without("-").join("\n")).to.equal(codeOf(await read("examples/passport-todo.ts")))
  })
})

/** The question on top of an example is not part of the app. */
function codeOf(example: string): string {
  return example.trimEnd().replace(/^\/\/.*\n/, "")
}

async function storeOf(name: string): Promise<MemoryStore> {
  const module: { store: MemoryStore } = await import(`../../examples/${name}`)
  return module.store
}

/** As when both apps have the same Redis. */
async function copySessions(from: MemoryStore, to: MemoryStore): Promise<void> {
  const sessions = await new Promise<object>((resolve) => from.all?.((_error, all) => resolve(all ?? {})))
  for (const [id, session] of Object.entries(sessions)) to.set(id, session)
}
