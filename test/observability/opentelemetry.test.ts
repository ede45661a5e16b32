import { inspect } from "node:util"
import { context, SpanStatusCode, trace } from "@opentelemetry/api"
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics"
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node"
import { expect } from "chai"
import type { Express } from "express"
import { memoryRevocation } from "express-authjs"
import { diagnosticId } from "express-authjs/diagnostics"
import { instrument } from "express-authjs/opentelemetry"
import { cookiesOf, secret, sessionOf, signIn, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { passwords } from "../support/passwords.js"
import { channels } from "../support/record-diagnostics.js"
import { UserAgent } from "../support/user-agent.js"

describe("instrument()", () => {
  const apps = useAuthApps()
  const spanExporter = new InMemorySpanExporter()
  const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] })
  const tracer = tracerProvider.getTracer("the app")
  let metricExporter: InMemoryMetricExporter
  let meterProvider: MeterProvider
  let stop: () => void

  before(() => tracerProvider.register())
  after(() => {
    context.disable()
    trace.disable()
  })

  beforeEach(() => {
    spanExporter.reset()
    metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
    const reader = new PeriodicExportingMetricReader({
      exporter: metricExporter,
      exportIntervalMillis: 3_600_000,
    })
    meterProvider = new MeterProvider({ readers: [reader] })
    stop = instrument({ tracerProvider, meterProvider })
  })
  afterEach(async () => {
    stop()
    await meterProvider.shutdown()
  })

  /** Does what the instrumentation of HTTP does: a span per request, active while it is handled. */
  const traceRequests = (app: Express) =>
    void app.use((req, res, next) => {
      tracer.startActiveSpan(`${req.method} ${req.path}`, (span) => {
        res.on("finish", () => span.end())
        next()
      })
    })

  const spansOf = (name: string) => spanExporter.getFinishedSpans().filter((span) => span.name === name)
  const only = (name: string): ReadableSpan => {
    const [span, ...more] = spansOf(name)
    expect(more, name).to.deep.equal([])
    if (!span) throw new Error(`There is no span "${name}"`)
    return span
  }
  const isChild = (child: ReadableSpan, parent: ReadableSpan) =>
    expect(child.parentSpanContext?.spanId, child.name).to.equal(parent.spanContext().spanId)

  /** The sums, or for histograms the counts, by metric and attributes. */
  async function metrics(): Promise<Record<string, number>> {
    await meterProvider.forceFlush()
    const newest = metricExporter.getMetrics().at(-1)
    const points = (newest?.scopeMetrics ?? []).flatMap(({ metrics }) =>
      metrics.flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }): [string, number] => {
          const short = Object.entries(attributes).map(([, value]) => value)
          return [
            `${descriptor.name} ${short.sort().join(" ")}`,
            typeof value === "number" ? value : value.count,
          ]
        }),
      ),
    )
    return Object.fromEntries(points)
  }

  it("records a sign-in as a child of its request, with the app's own work within it", async () => {
    const ownWork = () => {
      tracer.startSpan("query").end()
      return true
    }
    const { url } = await apps.start({ callbacks: { signIn: ownWork } }, { before: traceRequests })
    await signIn(new UserAgent(), url)
    const [start, end] = [only("express-authjs sign-in-start"), only("express-authjs sign-in")]
    isChild(start, only("POST /auth/signin/demo"))
    isChild(end, only("GET /auth/callback/demo"))
    isChild(only("query"), end)
    expect(end.attributes).to.deep.include({
      "express_authjs.provider": "demo",
      "express_authjs.provider.type": "oidc",
      "express_authjs.outcome": "signed-in",
      "express_authjs.linking": false,
    })
    expect(end.attributes["enduser.pseudo.id"]).to.match(/^[\w-]{16}$/)
    expect(end.events.map(({ name }) => name)).to.deep.equal(["express-authjs signed-in"])
    expect(end.status.code).to.equal(SpanStatusCode.UNSET)
    expect(end.duration[0] + end.duration[1]).to.be.above(0)
  })

  it("marks what failed as an error, but not what was refused", async () => {
    const providers = [apps.demo({ issuer: "http://127.0.0.1:9" }), passwords()]
    const { url } = await apps.start({ providers }, { before: traceRequests })
    const agent = new UserAgent()
    await startSignIn(agent, url)
    const page = await agent.get(`${url}/auth/signin`)
    await agent.submit(page, { formAction: /credentials$/, fields: { username: "ada", password: "wrong" } })
    const failed = only("express-authjs sign-in-start")
    expect(failed.status.code).to.equal(SpanStatusCode.ERROR)
    expect(failed.attributes).to.include({ "error.type": "ProviderUnavailable" })
    const refused = only("express-authjs sign-in")
    expect(refused.status.code).to.equal(SpanStatusCode.UNSET)
    expect(refused.attributes).to.include({ "error.type": "CredentialsSignin" })
    expect(refused.events[0]?.name).to.equal("express-authjs refused")
  })

  it("records reads that asked the database, and not those that only opened a token", async () => {
    const { url } = await apps.start({ adapter: createMemoryAdapter() }, { before: traceRequests })
    const agent = new UserAgent()
    await signIn(agent, url)
    await sessionOf(agent, url)
    const read = spansOf("express-authjs session-read").at(-1)
    expect(read?.attributes).to.include({ "express_authjs.outcome": "active" })
    if (read) isChild(read, only("GET /auth/session"))
    const plain = await apps.start({}, { before: traceRequests })
    const other = new UserAgent()
    await signIn(other, plain.url)
    const known = spansOf("express-authjs session-read").length
    expect((await sessionOf(other, plain.url))?.user.name).to.equal("Ada Lovelace")
    expect(spansOf("express-authjs session-read")).to.have.length(known)
    const counted = await metrics()
    expect(counted["express_authjs.session_read.duration active jwt"]).to.equal(1)
  })

  it("counts and measures by provider, outcome and reason", async () => {
    const { url, auth } = await apps.start({
      providers: [passwords()],
      revocation: memoryRevocation(),
      limits: { nameFromClient: { limit: 1, window: 60 } },
    })
    const agent = new UserAgent()
    for (const password of ["right", "wrong", "wrong"]) {
      const page = await agent.get(`${url}/auth/signin`)
      await agent.submit(page, { fields: { username: "ada", password } })
    }
    await auth.sessions.revokeUser("1")
    expect(await sessionOf(agent, url)).to.equal(null)
    const counted = await metrics()
    expect(counted).to.include({
      "express_authjs.sign_in.duration credentials credentials signed-in": 1,
      "express_authjs.sign_in.duration CredentialsSignin credentials credentials refused": 1,
      "express_authjs.sign_in.duration RateLimited credentials credentials refused": 1,
      "express_authjs.signed_in credentials": 1,
      "express_authjs.limit.reached nameFromClient": 1,
      "express_authjs.session.refused jwt revoked": 1,
      "express_authjs.refused CredentialsSignin callback credentials": 1,
      "express_authjs.session.ended user-revoked": 1,
    })
  })

  it("S58: exports no token, code, cookie, name or address, and users on spans only", async () => {
    const adapter = createMemoryAdapter()
    const { url } = await apps.start({ adapter })
    const agent = new UserAgent()
    const back = await signIn(agent, url)
    await sessionOf(agent, url)
    const cookies = Object.values(await cookiesOf(agent, `${url}/auth/`))
    await metrics()
    const spans = inspect(spanExporter.getFinishedSpans().map(plain), { depth: null })
    const measured = inspect(metricExporter.getMetrics(), { depth: null })
    const params = [...new URL(back.url).searchParams.values()].filter((value) => value.length > 8)
    expect([...params, ...cookies]).to.have.lengthOf.above(3)
    const [row] = [...adapter.rows.users.values()]
    for (const hidden of [...params, ...cookies, secret, row?.id ?? "?", "Ada", "ada@example.com"]) {
      expect(spans).to.not.include(hidden)
      expect(measured).to.not.include(hidden)
    }
    const user = diagnosticId(row?.id ?? "", secret)
    expect(spans).to.include(user)
    expect(measured).to.not.include(user)
  })

  it("records spans without the SDK's context manager, too", async () => {
    stop()
    context.disable()
    try {
      stop = instrument({ tracerProvider, meterProvider })
      const { url } = await apps.start()
      await signIn(new UserAgent(), url)
      expect(only("express-authjs sign-in").attributes["express_authjs.outcome"]).to.equal("signed-in")
    } finally {
      tracerProvider.register()
    }
  })

  it("leaves no subscriber behind once it is stopped", async () => {
    const { hasSubscribers } = await import("node:diagnostics_channel")
    expect(channels.some((channel) => hasSubscribers(channel))).to.equal(true)
    stop()
    expect(channels.filter((channel) => hasSubscribers(channel))).to.deep.equal([])
  })

  it("uses the registered providers if it is passed none", async () => {
    stop()
    stop = instrument()
    const { url } = await apps.start()
    await signIn(new UserAgent(), url)
    expect(spansOf("express-authjs sign-in")).to.have.length(1)
  })
})

function plain({ name, attributes, events, status }: ReadableSpan): object {
  return { name, attributes, events, status }
}
