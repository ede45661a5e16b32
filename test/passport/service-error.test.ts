import { inspect } from "node:util"
import { expect } from "chai"
import express from "express"
import { sessionOf } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { type Listening, listen } from "../support/listen.js"
import { startOpenIdProvider } from "../support/openid-provider.js"
import { startSamlIdp } from "../support/saml-idp.js"
import { UserAgent } from "../support/user-agent.js"
import { type PassportApp, startSignIn, takeWay, usePassportApps, wayBack } from "./apps.js"
import { createOAuth2, createOpenId, createSaml, type StrategyCase } from "./strategies.js"

/** What a stranger's service would like our logs and pages to say. */
const words = "Call 555-0199 to keep your account"

const everything = (error: unknown) => inspect(error, { depth: 10, showHidden: true })

describe("S41: what a strategy's service says of an error", () => {
  const { start, keep } = usePassportApps()
  let token: Listening

  /** A token endpoint that fails, and says so at length. */
  before(async () => {
    const app = express()
    app.post("/oauth", (_req, res) => {
      res.status(400).json({ error: "invalid_grant", error_description: words })
    })
    app.post("/words", (_req, res) => void res.status(400).json({ error: words, error_description: words }))
    app.post("/text", (_req, res) => void res.status(502).send(words))
    token = await listen(app, "127.0.0.1")
  })
  after(() => token.close())

  async function startOne(strategyCase: StrategyCase): Promise<PassportApp> {
    return start(strategyCase, { config: { debug: true } })
  }

  async function openIdProvider() {
    const idp = await startOpenIdProvider({ clientAuth: "client_secret_post" })
    keep(idp)
    return idp
  }

  /** @returns what was logged of an answer, which comes changed */
  async function logOf(strategyCase: StrategyCase, change: (text: string) => string) {
    const app = await startOne(strategyCase)
    const agent = new UserAgent()
    const way = await wayBack(agent, await startSignIn(agent, app.url, { id: "it" }))
    const page = await agent.followAll(await takeWay(agent, way, change))
    expect(page.url).to.match(/\/auth\/(?:error|signin)\?/)
    expect(textOf(page.body)).to.not.include("555")
    expect(await sessionOf(agent, app.url)).to.equal(null)
    const [line] = app.logs.filter(({ level }) => level === "error")
    expect(app.logs.map(everything).join()).to.not.include("555")
    return line?.text ?? ""
  }

  const refuse = (error: string) => (url: string) =>
    url.replace(/([?&])code=[^&]*/, `$1${new URLSearchParams({ error, error_description: words })}`)

  for (const [name, create] of Object.entries({
    "passport-oauth2": createOAuth2,
    "openid-client": createOpenId,
  })) {
    const openCase = async (): Promise<StrategyCase> => {
      const idp = await openIdProvider()
      const made = await create(idp)
      return { id: "it", start: async () => ({ create: made, close: async () => {} }) }
    }

    it(`is not in the log after ${name} found an error in the address, which is named`, async () => {
      expect(await logOf(await openCase(), refuse("server_error"))).to.include("server_error")
    })

    it(`is not in the log after ${name} found an error of no known name`, async () => {
      expect(await logOf(await openCase(), refuse(words))).to.not.equal("")
    })
  }

  for (const [path, fact] of [
    ["oauth", "invalid_grant"],
    ["words", "status 500"],
    ["text", "status 502"],
  ] as const)
    it(`is not in the log where a token endpoint said it (${path}), and the log says: ${fact}`, async () => {
      const idp = await openIdProvider()
      const made = createOAuth2(idp)
      const create = (callbackURL?: string) => {
        const strategy = made(callbackURL)
        Object.assign(Reflect.get(strategy, "_oauth2"), { _accessTokenUrl: `${token.url}/${path}` })
        return strategy
      }
      const strategyCase = { id: "it", start: async () => ({ create, close: async () => {} }) }
      expect(await logOf(strategyCase, (url) => url)).to.include(fact)
    })

  it("is not in the log where a SAML provider said it, and the log has its status", async () => {
    const { entryPoint, certificate: idpCert, close } = await startSamlIdp()
    const create = (callbackUrl = "") =>
      createSaml({ entryPoint, idpCert, callbackUrl, wantAuthnResponseSigned: false })
    const status =
      '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"/>' +
      `<samlp:StatusMessage>${words}</samlp:StatusMessage></samlp:Status>`
    const change = (page: string) => {
      const sent = /(name="SAMLResponse" value=")([^"]*)/.exec(page)
      const xml = Buffer.from(sent?.[2] ?? "", "base64").toString()
      const changed = xml
        .replace(/<(\w+:)?Status>.*<\/(\w+:)?Status>/s, status)
        .replace(/<(\w+:)?Assertion.*<\/(\w+:)?Assertion>/s, "")
        .replace(/<(\w+:)?Signature.*<\/(\w+:)?Signature>/s, "")
      return page.replace(sent?.[2] ?? "", Buffer.from(changed).toString("base64"))
    }
    expect(await logOf({ id: "it", start: async () => ({ create, close }) }, change)).to.include("Responder")
  })
})
