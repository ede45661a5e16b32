import type {
  Adapter,
  AdapterAccount,
  AdapterAuthenticator,
  AdapterSession,
  AdapterUser,
  VerificationToken,
} from "@auth/core/adapters"

/** The adapter's rows, which tests can read and change. */
export interface MemoryRows {
  users: Map<string, AdapterUser>
  accounts: Map<string, AdapterAccount>
  sessions: Map<string, AdapterSession>
  tokens: Map<string, VerificationToken>
  authenticators: Map<string, AdapterAuthenticator>
}

export type MemoryAdapter = Required<Adapter> & { rows: MemoryRows }

/** Implements every method of an Auth.js adapter over maps. Copies rows on the way in and out, as a database does. */
export function createMemoryAdapter(): MemoryAdapter {
  const rows: MemoryRows = {
    users: new Map(),
    accounts: new Map(),
    sessions: new Map(),
    tokens: new Map(),
    authenticators: new Map(),
  }
  return {
    rows,
    ...userMethods(rows),
    ...accountMethods(rows),
    ...sessionMethods(rows),
    ...tokenMethods(rows),
    ...authenticatorMethods(rows),
  }
}

const accountKey = ({
  provider,
  providerAccountId,
}: Pick<AdapterAccount, "provider" | "providerAccountId">) => `${provider}:${providerAccountId}`

function copyOf<Row>(row: Row | undefined): Row | null {
  return row === undefined ? null : structuredClone(row)
}

function put<Row>(rows: Map<string, Row>, key: string, row: Row): Row {
  rows.set(key, structuredClone(row))
  return structuredClone(row)
}

/** Removes and returns a row: only one of several concurrent callers gets it. */
function take<Row>(rows: Map<string, Row>, key: string): Row | null {
  const row = rows.get(key) ?? null
  rows.delete(key)
  return row
}

function change<Row>(rows: Map<string, Row>, key: string, changes: Partial<Row>): Row {
  const row = rows.get(key)
  if (row === undefined) throw new Error(`There is no row "${key}"`)
  return put(rows, key, { ...row, ...changes })
}

function userMethods({ users, accounts, sessions }: MemoryRows) {
  return {
    createUser: async (user: AdapterUser) => put(users, user.id, user),
    getUser: async (id: string) => copyOf(users.get(id)),
    getUserByEmail: async (email: string) => copyOf([...users.values()].find((user) => user.email === email)),
    getUserByAccount: async (key: Pick<AdapterAccount, "provider" | "providerAccountId">) =>
      copyOf(users.get(accounts.get(accountKey(key))?.userId ?? "")),
    updateUser: async (user: Partial<AdapterUser> & Pick<AdapterUser, "id">) => change(users, user.id, user),
    deleteUser: async (id: string) => {
      for (const [key, row] of accounts) if (row.userId === id) accounts.delete(key)
      for (const [key, row] of sessions) if (row.userId === id) sessions.delete(key)
      return take(users, id)
    },
  }
}

function accountMethods({ accounts }: MemoryRows) {
  return {
    linkAccount: async (account: AdapterAccount) => put(accounts, accountKey(account), account),
    unlinkAccount: async (key: Pick<AdapterAccount, "provider" | "providerAccountId">) => {
      accounts.delete(accountKey(key))
    },
    getAccount: async (providerAccountId: string, provider: string) =>
      copyOf(accounts.get(accountKey({ provider, providerAccountId }))),
  }
}

function sessionMethods({ sessions, users }: MemoryRows) {
  return {
    createSession: async (session: AdapterSession) => put(sessions, session.sessionToken, session),
    getSessionAndUser: async (sessionToken: string) => {
      const session = copyOf(sessions.get(sessionToken))
      const user = copyOf(users.get(session?.userId ?? ""))
      return session && user ? { session, user } : null
    },
    updateSession: async (session: Partial<AdapterSession> & Pick<AdapterSession, "sessionToken">) =>
      change(sessions, session.sessionToken, session),
    deleteSession: async (sessionToken: string) => take(sessions, sessionToken),
  }
}

function tokenMethods({ tokens }: MemoryRows) {
  return {
    createVerificationToken: async (row: VerificationToken) =>
      put(tokens, `${row.identifier}:${row.token}`, row),
    useVerificationToken: async ({ identifier, token }: Pick<VerificationToken, "identifier" | "token">) =>
      take(tokens, `${identifier}:${token}`),
  }
}

function authenticatorMethods({ authenticators }: MemoryRows) {
  return {
    getAuthenticator: async (credentialID: string) => copyOf(authenticators.get(credentialID)),
    createAuthenticator: async (row: AdapterAuthenticator) => put(authenticators, row.credentialID, row),
    listAuthenticatorsByUserId: async (userId: string) =>
      structuredClone([...authenticators.values()].filter((row) => row.userId === userId)),
    updateAuthenticatorCounter: async (credentialID: string, counter: number) =>
      change(authenticators, credentialID, { counter }),
  }
}
