import { compose } from "express-authjs/adapters"
import { database, migrate } from "express-authjs/database"
import { redis } from "express-authjs/redis"
import { signInWithCredentials } from "../support/browser.js"
import { serve } from "../support/contender.js"
import { createDatabaseApp } from "../support/database-app.js"
import { openRedis } from "../support/redis-client.js"
import { openPostgres } from "../support/servers.js"

const title = "**express-authjs**, sessions in Redis, users in PostgreSQL"
const users = database(await openPostgres(title))
await migrate(users)
const store = redis(await openRedis(title), { prefix: "express-authjs-bench:" })

const adapter = compose({ users, sessions: store, verificationTokens: store })
serve(await createDatabaseApp(adapter), { title, signIn: signInWithCredentials })
