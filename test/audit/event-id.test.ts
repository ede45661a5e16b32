import { expect } from "chai"
import { createEventId, isEventId } from "../../lib/audit/event-id.js"

describe("createEventId()", () => {
  it("returns ids that grow, also within a millisecond and when the clock is set back", () => {
    const now = Date.now() + 1000
    const times = [...Array.from({ length: 10_000 }, () => now), now - 5000, now + 1, now + 10_000]
    const ids = times.map((time) => createEventId(time))
    expect(ids).to.deep.equal([...ids].sort())
    expect(new Set(ids)).to.have.lengthOf(ids.length)
    for (const id of ids.slice(-3)) expect(isEventId(id)).to.equal(true)
  })

  it("begins with the time, as RFC 9562 says of version 7", () => {
    const time = Date.now() + 60_000
    const id = createEventId(time)
    expect(Number.parseInt(id.replace("-", "").slice(0, 12), 16)).to.equal(time)
    expect(id[14]).to.equal("7")
  })
})

describe("isEventId()", () => {
  for (const value of [
    undefined,
    null,
    "",
    1,
    {},
    [createEventId()],
    `${createEventId()} `,
    "x'; drop table",
  ])
    it(`refuses ${JSON.stringify(value)}`, () => expect(isEventId(value)).to.equal(false))
})
