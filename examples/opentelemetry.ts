// How do I see sign-ins in traces and metrics?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET. Prometheus reads
// the metrics at http://127.0.0.1:9464/metrics.
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus"
import { MeterProvider } from "@opentelemetry/sdk-metrics"
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node"
import express from "express"
import { ExpressAuth } from "express-authjs"
import { instrument } from "express-authjs/opentelemetry"

// In your own app, the SDK that you start before the app: new NodeSDK({ traceExporter: new OTLPTraceExporter(), … })
export const spans = new InMemorySpanExporter()
const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
tracerProvider.register()
const prometheus = new PrometheusExporter({ preventServerStart: true })
const meterProvider = new MeterProvider({ readers: [prometheus] })

export const stop = instrument({ tracerProvider, meterProvider })

const auth = ExpressAuth({ providers: [{ id: "sso", name: "Company account", type: "oidc" }] })

export const app = express()
app.use("/auth", auth)
app.get("/", auth.requireAuth(), (req, res) => res.send(`Hello ${req.auth.user.name}`))

// On a port of its own: metrics are not for visitors.
export const metrics = express()
metrics.get("/metrics", (req, res) => prometheus.getMetricsRequestHandler(req, res))

if (process.argv[1] === import.meta.filename) {
  app.listen(3000)
  metrics.listen(9464, "127.0.0.1")
}
