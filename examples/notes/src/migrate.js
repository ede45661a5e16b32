// npm run migrate: creates the tables in AUTH_DATABASE_URL, or brings them up to date.
import { closeDatabase, migrate } from "./database.js"

await migrate()
await closeDatabase()
