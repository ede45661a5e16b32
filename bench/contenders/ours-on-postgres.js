import { database, migrate } from "express-authjs/database"
import { signInWithCredentials } from "../support/browser.js"
import { serve } from "../support/contender.js"
import { createDatabaseApp } from "../support/database-app.js"
import { openPostgres } from "../support/servers.js"

const title = "**express-authjs**, database on PostgreSQL"
const adapter = database(await openPostgres(title))
await migrate(adapter)

serve(await createDatabaseApp(adapter), { title, signIn: signInWithCredentials })
