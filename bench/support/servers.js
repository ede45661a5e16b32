import mysql from "mysql2/promise"
import pg from "pg"
import { skip } from "./contender.js"

const name = "express_authjs_bench"

/** The URL of an empty database in PostgreSQL. Ends the process where there is no server. */
export async function openPostgres(title) {
  const server = "postgres://postgres@127.0.0.1:5432"
  const database = `${name}_${process.pid}`
  const client = new pg.Client({ connectionString: `${server}/postgres`, connectionTimeoutMillis: 1000 })
  await client.connect().catch(() => skip(title, "no PostgreSQL on 127.0.0.1:5432"))
  await dropOthers(
    (await client.query("select datname from pg_database")).rows.map((row) => row.datname),
    (other) => client.query(`drop database ${other}`),
  )
  await client.query(`create database ${database}`)
  await client.end()
  return `${server}/${database}`
}

/** The URL of an empty database in MariaDB. Ends the process where there is no server. */
export async function openMariadb(title) {
  const server = "mysql://root@127.0.0.1:3306"
  const database = `${name}_${process.pid}`
  const client = await mysql
    .createConnection({ uri: `${server}/test`, connectTimeout: 1000 })
    .catch(() => skip(title, "no MariaDB on 127.0.0.1:3306"))
  const [rows] = await client.query("show databases")
  await dropOthers(
    rows.map((row) => row.Database),
    (other) => client.query(`drop database ${other}`),
  )
  await client.query(`create database ${database}`)
  await client.end()
  return `${server}/${database}`
}

/** What earlier runs have left. Contenders are killed, so they cannot tidy up after themselves. */
async function dropOthers(databases, drop) {
  const left = databases.filter((database) => database.startsWith(`${name}_`))
  // One that is in use belongs to another contender.
  for (const database of left.filter(isOver)) await drop(database).catch(() => {})
}

function isOver(database) {
  try {
    process.kill(Number(database.split("_").at(-1)), 0)
    return false
  } catch {
    return true
  }
}
