import assert from "node:assert/strict"
import {
  adapterCase,
  assertFields,
  assertNothing,
  inMinutes,
  race,
  type TestedAdapter,
  unique,
} from "./case.js"

const needs = ["createVerificationToken", "useVerificationToken"] as const

async function addToken(adapter: TestedAdapter, identifier = `${unique("zoë-")}@example.com`) {
  const row = { identifier, token: unique(), expires: inMinutes(5) }
  await adapter.createVerificationToken(row)
  return row
}

/** Cases for verification tokens. */
export const verificationTokenCases = [
  adapterCase("returns a verification token once", needs, async (adapter) => {
    const row = await addToken(adapter)
    assertFields(await adapter.useVerificationToken(row), row)
    assertNothing(await adapter.useVerificationToken(row))
  }),
  adapterCase("returns a verification token to one of a hundred concurrent calls", needs, async (adapter) => {
    const row = await addToken(adapter)
    const answers = await race(100, () => adapter.useVerificationToken(row))
    assert.equal(answers.length, 100)
    assert.equal(answers.filter((answer) => answer !== null && answer !== undefined).length, 1)
  }),
  adapterCase("does not return a verification token for another address", needs, async (adapter) => {
    const [mine, other] = [await addToken(adapter), await addToken(adapter)]
    assertNothing(await adapter.useVerificationToken({ identifier: other.identifier, token: mine.token }))
    assertNothing(
      await adapter.useVerificationToken({ identifier: `${mine.identifier}\0`, token: mine.token }),
    )
    assertFields(await adapter.useVerificationToken(mine), mine)
    assertFields(await adapter.useVerificationToken(other), other)
  }),
  adapterCase("keeps several verification tokens of one address", needs, async (adapter) => {
    const first = await addToken(adapter)
    const second = await addToken(adapter, first.identifier)
    assertFields(await adapter.useVerificationToken(second), second)
    assertFields(await adapter.useVerificationToken(first), first)
  }),
]
