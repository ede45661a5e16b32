import { database, migrate } from "express-authjs/database"
import { signInWithCredentials } from "../support/browser.js"
import { serve } from "../support/contender.js"
import { createDatabaseApp } from "../support/database-app.js"
import { openMariadb } from "../support/servers.js"

const title = "**express-authjs**, database on MariaDB"
const adapter = database(await openMariadb(title))
await migrate(adapter)

serve(await createDatabaseApp(adapter), { title, signIn: signInWithCredentials })
