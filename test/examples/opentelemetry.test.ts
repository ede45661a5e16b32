import { context, propagation, trace } from "@opentelemetry/api"
import { expect } from "chai"
import { type Listening, listen } from "../support/listen.js"
import { UserAgent } from "../support/user-agent.js"
import { signInAt, useExample } from "./import-example.js"

describe("examples/opentelemetry.ts", () => {
  const example = useExample("opentelemetry.ts")
  let metrics: Listening

  before(async () => {
    metrics = await listen((await import("../../examples/opentelemetry.js")).metrics)
  })
  after(async () => {
    const { stop } = await import("../../examples/opentelemetry.js")
    stop()
    for (const api of [context, propagation, trace]) api.disable()
    await metrics.close()
  })

  it("exports a span of each sign-in, and metrics that Prometheus reads", async () => {
    const home = await signInAt(`${example().url}/`, new UserAgent())
    expect(home.body).to.equal("Hello Ada Lovelace")

    const { spans } = await import("../../examples/opentelemetry.js")
    expect(spans.getFinishedSpans().map(({ name }) => name)).to.include.members([
      "express-authjs sign-in-start",
      "express-authjs sign-in",
    ])
    const { body, headers } = await new UserAgent({ navigate: false }).get(`${metrics.url}/metrics`)
    expect(headers.get("content-type")).to.include("text/plain")
    expect(body).to.match(/^express_authjs_signed_in_total\{express_authjs_provider="sso"[^}]*\} 1/m)
    expect(body).to.match(/^express_authjs_sign_in_duration_count\{[^}]*"signed-in"[^}]*\} 1/m)
  })
})
