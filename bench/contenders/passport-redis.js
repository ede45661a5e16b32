import { RedisStore } from "connect-redis"
import { createClient } from "redis"
import { serve, skip } from "../support/contender.js"
import { createPassportApp, signInToPassportApp } from "../support/passport-app.js"

const title = "passport + express-session, Redis"
const client = createClient({ url: "redis://127.0.0.1:6379", socket: { reconnectStrategy: false } })
client.on("error", () => {})
await client.connect().catch(() => skip(title, "no Redis on 127.0.0.1:6379"))

const store = new RedisStore({ client, prefix: "express-authjs-bench:", ttl: 3600 })
serve(createPassportApp(store), { title, signIn: signInToPassportApp })
