import { AccessDenied, OAuthCallbackError } from "@auth/core/errors"
import { expect } from "chai"
import express from "express"
import { CredentialsSignin, ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import request from "supertest"
import { ExpressAuthError } from "../../lib/errors.js"
import { toFailure } from "../../lib/replies/failure.js"
import { logFailure } from "../../lib/replies/log-failure.js"
import { recordingLogger } from "../support/recording-logger.js"

class Locked extends CredentialsSignin {
  override code = "locked"
}

/** Posts a password in an app whose logger is kept. */
async function post(config: Partial<ExpressAuthConfig>, { token = true, times = 1 } = {}) {
  const { logger, errors, warnings } = recordingLogger()
  const auth = ExpressAuth({
    providers: [Credentials({ authorize: () => null })],
    secret: "a secret of at least thirty-two characters",
    logger: { ...logger },
    ...config,
  })
  const agent = request.agent(express().use("/auth", auth))
  const { body } = await agent.get("/auth/csrf")
  const csrfToken = token ? body.csrfToken : "guessed"
  for (let time = 0; time < times; time++)
    await agent.post("/auth/callback/credentials").type("form").send({ csrfToken, password: "hunter2" })
  return { errors, warnings }
}

describe("the logger", () => {
  it("hears of a wrong password as a warning, with the code of the app's error", async () => {
    const providers = [Credentials({ authorize: () => Promise.reject(new Locked()) })]
    const { errors, warnings } = await post({ providers })
    expect(errors).to.deep.equal([])
    expect(warnings).to.deep.equal([
      ["CredentialsSignin", 'Refused (401 for programs, a page for browsers, code "locked").'],
    ])
  })

  it("hears of a form without its token", async () => {
    const { errors, warnings } = await post({}, { token: false })
    expect(errors).to.deep.equal([])
    expect(warnings[0]?.[0]).to.equal("MissingCSRF")
    expect(warnings[0]?.[1]).to.include("403").and.include("ERR_AUTH_CSRF")
  })

  it("hears of a sign-in that callbacks.signIn refuses", async () => {
    const providers = [Credentials({ authorize: () => ({ id: "1" }) })]
    const { errors, warnings } = await post({ providers, callbacks: { signIn: () => false } })
    expect(errors).to.deep.equal([])
    expect(warnings.map(([code]) => code)).to.deep.equal(["AccessDenied"])
  })

  it("hears of each refusal that a limit makes", async () => {
    const limits = { nameFromClient: { limit: 1, window: 60 }, client: { limit: 1, window: 60 } }
    const { errors, warnings } = await post({ limits }, { times: 2 })
    expect(errors).to.deep.equal([])
    expect(warnings.map(([code]) => code).filter((code) => code !== "limit-proxy")).to.deep.equal([
      "CredentialsSignin",
      "RateLimited",
    ])
  })

  it("never hears what was typed", async () => {
    const { warnings } = await post({ providers: [Credentials({ authorize: () => null })] })
    expect(warnings).to.not.be.empty
    expect(JSON.stringify(warnings)).to.not.include("hunter2")
  })
})

describe("logFailure", () => {
  function log(error: unknown) {
    const { logger, errors, warnings } = recordingLogger()
    const id = logFailure({ logger }, error, toFailure(error))
    return { id, errors, warnings }
  }

  it("makes an error of a fault, under the id it returns", () => {
    const fault = new Error("connection lost")
    const { id, errors, warnings } = log(fault)
    expect(id).to.match(/^[0-9a-f]{10}$/)
    expect([errors, warnings]).to.deep.equal([[[fault, id]], []])
  })

  it("names core's refusals as Auth.js does, without their text", () => {
    const cancelled = new OAuthCallbackError("said by a stranger")
    Object.assign(cancelled, { cause: { error: "access_denied" } })
    for (const [error, name] of [
      [new AccessDenied("said by a stranger"), "AccessDenied"],
      [cancelled, "OAuthCallbackError"],
    ] as const) {
      const { id, warnings } = log(error)
      expect(id).to.equal(undefined)
      expect(warnings[0]?.[0]).to.equal(name)
      expect(warnings[0]?.[1]).to.not.include("stranger")
    }
  })

  it("S41: keeps line breaks of a request out of the log, and cuts what is long", () => {
    const message = `x\r\n[auth][error] forged${"y".repeat(1000)}`
    const { warnings } = log(new ExpressAuthError("ERR_AUTH_FLOW", message, { status: 400 }))
    expect(warnings[0]?.[1]).to.include("x [auth]").and.have.lengthOf.below(700)
  })
})
