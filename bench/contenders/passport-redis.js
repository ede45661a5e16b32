import { RedisStore } from "connect-redis"
import { serve } from "../support/contender.js"
import { createPassportApp, signInToPassportApp } from "../support/passport-app.js"
import { openRedis } from "../support/redis-client.js"

const title = "passport + express-session, Redis"
const client = await openRedis(title)

const store = new RedisStore({ client, prefix: "express-authjs-bench:", ttl: 3600 })
serve(createPassportApp(store), { title, signIn: signInToPassportApp })
