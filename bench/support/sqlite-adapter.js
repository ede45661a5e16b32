import { randomUUID } from "node:crypto"
import Database from "libsql"

const schema = `
  create table users (id text primary key, name text, email text unique, email_verified integer, image text);
  create table accounts (
    provider text, provider_account_id text, user_id text references users (id),
    primary key (provider, provider_account_id)
  );
  create table sessions (session_token text primary key, user_id text references users (id), expires integer);
`

/** An Auth.js adapter over SQLite. Every statement is prepared once; a session and its user are one of them. */
export function SqliteAdapter(file) {
  const database = new Database(file)
  database.exec(`pragma journal_mode = wal; pragma synchronous = normal; ${schema}`)
  return { ...userMethods(database), ...sessionMethods(database) }
}

function userMethods(database) {
  const insert = database.prepare("insert into users values (?, ?, ?, ?, ?)")
  const byId = database.prepare("select * from users where id = ?")
  const byEmail = database.prepare("select * from users where email = ?")
  const byAccount = database.prepare(
    "select users.* from accounts join users on id = user_id where provider = ? and provider_account_id = ?",
  )
  const link = database.prepare("insert into accounts values (?, ?, ?)")
  return {
    createUser({ id = randomUUID(), name, email, emailVerified, image }) {
      insert.run(id, name, email, emailVerified?.getTime() ?? null, image)
      return toUser(byId.get(id))
    },
    getUser: (id) => toUser(byId.get(id)),
    getUserByEmail: (email) => toUser(byEmail.get(email)),
    getUserByAccount: ({ provider, providerAccountId }) => toUser(byAccount.get(provider, providerAccountId)),
    linkAccount({ provider, providerAccountId, userId }) {
      link.run(provider, providerAccountId, userId)
    },
  }
}

function sessionMethods(database) {
  const insert = database.prepare("insert into sessions values (?, ?, ?)")
  const extend = database.prepare("update sessions set expires = ? where session_token = ?")
  const remove = database.prepare("delete from sessions where session_token = ?")
  const withUser = database.prepare(
    `select expires, id, name, email, email_verified, image
     from sessions join users on id = user_id where session_token = ?`,
  )
  return {
    createSession(session) {
      insert.run(session.sessionToken, session.userId, session.expires.getTime())
      return session
    },
    getSessionAndUser(sessionToken) {
      const row = withUser.get(sessionToken)
      if (!row) return null
      const session = { sessionToken, userId: row.id, expires: new Date(row.expires) }
      return { session, user: toUser(row) }
    },
    updateSession({ sessionToken, expires }) {
      extend.run(expires.getTime(), sessionToken)
    },
    deleteSession(sessionToken) {
      remove.run(sessionToken)
    },
  }
}

function toUser(row) {
  if (!row) return null
  const { id, name, email, image, email_verified: verified } = row
  return { id, name, email, image, emailVerified: verified === null ? null : new Date(verified) }
}
