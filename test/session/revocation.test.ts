import { expect } from "chai"
import { memoryRevocation } from "../../lib/stores/memory-revocation.js"
import type { RevocationStore } from "../../lib/stores/revocation-store.js"
import { claimsOfAda, minute, now, tokenOf, useSessionApps } from "../support/session-apps.js"

describe("S43: sessions started by a process whose clock is two minutes fast", () => {
  const start = useSessionApps()

  async function signedIn() {
    const revocation = memoryRevocation()
    const app = await start({ revocation })
    const begun = now() + 2 * minute
    await revocation.remember({
      ...{ id: "the-session", userId: "ada" },
      ...{ createdAt: new Date(begun * 1000), lastUsedAt: new Date(), expires: new Date(Date.now() + 1e7) },
    })
    const visitor = await app.visitor(tokenOf({ ...claimsOfAda(), auth_time: begun }))
    expect((await visitor.get("/guarded")).status).to.equal(200)
    return { app, visitor, copy: await app.visitor(tokenOf({ ...claimsOfAda(), auth_time: begun })) }
  }

  it("end with all sessions of their user", async () => {
    const { app, visitor } = await signedIn()
    await app.auth.sessions.revokeUser("ada")
    expect((await visitor.get("/guarded")).status).to.equal(401)
    expect(await app.auth.sessions.list("ada")).to.deep.equal([])
  })

  it("end by sign-out, copies included", async () => {
    const { visitor, copy } = await signedIn()
    await visitor.post("/logout")
    expect((await copy.get("/guarded")).status).to.equal(401)
  })

  it("leave the sessions that their user begins afterwards", async () => {
    const { app } = await signedIn()
    await app.auth.sessions.revokeUser("ada")
    const visitor = await app.visitor()
    await visitor.post("/login", { name: "ada" })
    expect((await visitor.get("/guarded")).status).to.equal(200)
  })
})

describe("a sign-out while the revocation store is out of reach", () => {
  const start = useSessionApps()

  /** One store for two processes, which can fail. */
  function createStore() {
    const memory = memoryRevocation()
    const written: string[] = []
    const state = { isDown: false, waiting: (_keys: readonly string[]) => {} }
    const store: RevocationStore = {
      ...memory,
      revoke: async (keys, until) => {
        if (state.isDown) throw new Error("connection lost")
        written.push(...keys)
        memory.revoke(keys, until)
        state.waiting(keys)
      },
    }
    return { store, state, written }
  }

  it("is reported as failed, holds in this process, and in others once the store is back", async () => {
    const { store, state, written } = createStore()
    const [here, elsewhere] = [await start({ revocation: store }), await start({ revocation: store })]
    const sealed = tokenOf(claimsOfAda())
    const [visitor, copy, far] = [
      await here.visitor(sealed),
      await here.visitor(sealed),
      await elsewhere.visitor(sealed),
    ]
    state.isDown = true
    expect((await visitor.post("/logout")).headers.get("location")).to.include("error=Unavailable")
    expect((await copy.get("/guarded")).status).to.equal(401)
    expect((await far.get("/guarded")).status).to.equal(200)
    const isWritten = new Promise((resolve) => {
      state.waiting = resolve
    })
    state.isDown = false
    await isWritten
    expect(written).to.deep.equal(["sid:the-session"])
    expect((await far.get("/guarded")).status).to.equal(401)
  })
})
