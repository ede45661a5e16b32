import { join } from "node:path"
import { expect } from "chai"
import { createFolder } from "../database/servers.js"
import { type MailServer, startMailServer } from "../support/mail-server.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"
import { type ProcessName, ProcessPair, processNames, type Secrets } from "./process-pair.js"

const [older, newer] = ["the secret that is to be replaced", "the secret that is to replace it"]
const before: Secrets = { AUTH_SECRET: older }

/** The steps of the guide. */
const steps: Record<string, Secrets> = {
  "1, which accepts the new secret": { AUTH_SECRET_1: older, AUTH_SECRET: newer },
  "2, which uses the new secret": { AUTH_SECRET_1: newer, AUTH_SECRET: older },
  "4, which forgets the old secret": { AUTH_SECRET: newer },
}

const other = (name: ProcessName): ProcessName => (name === "first" ? "second" : "first")

/** A form and a mail that wait while a process restarts. */
interface Waiting {
  agent: UserAgent
  form: Visit
  link: string
}

describe("two processes whose secret is replaced as the deployment guide describes", function () {
  this.timeout(300_000)
  let folder: Awaited<ReturnType<typeof createFolder>>
  let provider: OpenIdProvider
  let mailServer: MailServer
  let pair: ProcessPair
  let mails = 0

  beforeEach(async () => {
    folder = await createFolder()
    provider = await startOpenIdProvider()
    mailServer = await startMailServer()
    const { issuer, clientId, clientSecret } = provider
    pair = await ProcessPair.start(
      {
        provider: { id: "sso", name: "Company account", type: "oidc", issuer, clientId, clientSecret },
        mailServer: mailServer.url,
        databaseUrl: `sqlite:${join(folder.path, "auth.db")}`,
      },
      before,
    )
  })
  afterEach(async () => {
    await Promise.all([pair.close(), provider.close(), mailServer.close()])
    await folder.remove()
  })

  async function at<Result>(name: ProcessName, act: () => Promise<Result>): Promise<Result> {
    pair.answering = name
    return act()
  }

  async function openForm(agent: UserAgent): Promise<Visit> {
    return agent.followAll(await agent.get(`${pair.url}/`))
  }

  async function submitForm(agent: UserAgent, form: Visit): Promise<Visit> {
    const leaving = await agent.submit(form, { button: /Company account/ })
    expect(redirectTarget(leaving), leaving.body).to.match(new RegExp(`^${provider.issuer}`))
    return leaving
  }

  async function requestMail(): Promise<string> {
    const agent = new UserAgent()
    const choice = { formAction: /nodemailer$/, fields: { email: `visitor-${mails++}@example.com` } }
    const answer = await agent.followAll(await agent.submit(await openForm(agent), choice))
    expect(answer.status, answer.body).to.equal(200)
    return mailServer.link()
  }

  async function useMail(link: string): Promise<void> {
    const agent = new UserAgent()
    const done = await agent.followAll(await agent.submit(await agent.get(link)))
    expect(done.body).to.match(/^Hello visitor-\d+@example\.com$/)
  }

  async function signIn(from: ProcessName, to: ProcessName): Promise<UserAgent> {
    const agent = new UserAgent()
    const leaving = await at(from, async () => submitForm(agent, await openForm(agent)))
    const back = await at(to, () => signInAtProvider(agent, leaving, { name: "Ada Lovelace" }))
    expect((await agent.followAll(back)).body).to.equal("Hello Ada Lovelace")
    return agent
  }

  const wait = (name: ProcessName): Promise<Waiting> =>
    at(name, async () => {
      const agent = new UserAgent()
      return { agent, form: await openForm(agent), link: await requestMail() }
    })

  /** Continues at the other process what waits at one, and starts anew. */
  async function check(visitor: UserAgent, waiting: Map<ProcessName, Waiting>): Promise<void> {
    for (const name of processNames) {
      const page = await at(name, () => visitor.get(`${pair.url}/`))
      expect(page.body, name).to.equal("Hello Ada Lovelace")
      const started = waiting.get(name)
      if (started) {
        await at(other(name), () => submitForm(started.agent, started.form))
        await at(other(name), () => useMail(started.link))
      }
      await signIn(name, other(name))
    }
    for (const name of processNames) waiting.set(name, await wait(name))
  }

  it("keep every session, open form, unread mail and sign-in in progress", async () => {
    const waiting = new Map<ProcessName, Waiting>()
    const visitor = await signIn("first", "second")
    await check(visitor, waiting)
    for (const [step, secrets] of Object.entries(steps))
      for (const name of processNames) {
        await pair.restart(name, secrets)
        await check(visitor, waiting).catch((error) => {
          error.message = `After the ${name} process did step ${step}: ${error.message}`
          throw error
        })
      }
  })

  it("treat a renewed session as anonymous until both are restarted, if the first step is left out", async () => {
    const visitor = await signIn("first", "second")
    const useNew = steps["2, which uses the new secret"] ?? {}
    await pair.restart("first", useNew)
    const visit = (name: ProcessName) => at(name, () => visitor.get(`${pair.url}/`))
    expect((await visit("first")).status).to.equal(200)
    expect((await visit("second")).status).to.equal(302)
    await pair.restart("second", useNew)
    for (const name of processNames) expect((await visit(name)).status, name).to.equal(200)
  })
})
