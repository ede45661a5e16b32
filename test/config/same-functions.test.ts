import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { readEnvironment } from "../../lib/config/env.js"
import { resolveProviders } from "../../lib/config/resolve-providers.js"
import { haveSameFunctions } from "../../lib/config/same-functions.js"
import { recordingLogger } from "../support/recording-logger.js"

type Provider = ExpressAuthConfig["providers"][number]
type Plain = Record<string, unknown>

const authorize = async () => null

function resolve(members: Plain) {
  const definition = { id: "own", name: "Own", type: "credentials", credentials: {}, authorize, ...members }
  const [resolved] = resolveProviders(
    [definition as unknown as Provider],
    readEnvironment({}),
    recordingLogger().logger,
  )
  if (!resolved) throw new Error("No provider")
  return resolved
}

describe("haveSameFunctions", () => {
  it("compares functions at every level", () => {
    const inner = () => {}
    expect(haveSameFunctions(resolve({ a: { b: inner } }), resolve({ a: { b: inner } }))).to.equal(true)
    expect(haveSameFunctions(resolve({ a: { b: inner } }), resolve({ a: { b: () => {} } }))).to.equal(false)
    expect(haveSameFunctions(resolve({ a: { b: inner } }), resolve({ a: {} }))).to.equal(false)
  })

  it("compares definitions that contain themselves", () => {
    const circular = (call: () => void) => {
      const one: Plain = { call }
      one.other = { back: one, self: one }
      return one
    }
    const call = () => {}
    expect(haveSameFunctions(resolve(circular(call)), resolve(circular(call)))).to.equal(true)
    expect(haveSameFunctions(resolve(circular(call)), resolve(circular(() => {})))).to.equal(false)
  })

  it("compares definitions of any depth", () => {
    const deep = (call: () => void) => {
      let one: Plain = { call }
      for (let depth = 0; depth < 20_000; depth++) one = { one }
      return one
    }
    const call = () => {}
    expect(haveSameFunctions(resolve(deep(call)), resolve(deep(call)))).to.equal(true)
    expect(haveSameFunctions(resolve(deep(call)), resolve(deep(() => {})))).to.equal(false)
  })
})
