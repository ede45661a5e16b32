import connectPgSimple from "connect-pg-simple"
import session from "express-session"
import pg from "pg"
import { serve } from "../support/contender.js"
import { createPassportApp, signInToPassportApp } from "../support/passport-app.js"
import { openPostgres } from "../support/servers.js"

const title = "passport + express-session, PostgreSQL (connect-pg-simple)"
const pool = new pg.Pool({ connectionString: await openPostgres(title) })
const PgStore = connectPgSimple(session)
const store = new PgStore({ pool, createTableIfMissing: true, pruneSessionInterval: false })

serve(createPassportApp(store), { title, signIn: signInToPassportApp })
