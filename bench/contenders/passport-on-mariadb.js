import mysqlStore from "express-mysql-session"
import session from "express-session"
import mysql from "mysql2/promise"
import { serve } from "../support/contender.js"
import { createPassportApp, signInToPassportApp } from "../support/passport-app.js"
import { openMariadb } from "../support/servers.js"

const title = "passport + express-session, MariaDB (express-mysql-session)"
const MySQLStore = mysqlStore(session)
const store = new MySQLStore({ clearExpired: false }, mysql.createPool(await openMariadb(title)))
await store.onReady()

serve(createPassportApp(store), { title, signIn: signInToPassportApp })
