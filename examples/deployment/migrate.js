// Creates the tables in AUTH_DATABASE_URL, or brings them up to date. Run it when you deploy, before the app starts.
import { database, migrate } from "express-authjs/database"

const db = database()
await migrate(db)
await db.close()
