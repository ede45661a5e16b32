/** An account of the provider, as OpenID Connect claims. */
export interface Account {
  sub: string
  name: string
  email: string
  email_verified?: boolean
  picture?: string
}

export const defaultAccounts: readonly Account[] = [
  { sub: "ada", name: "Ada Lovelace", email: "ada@example.com" },
  { sub: "grace", name: "Grace Hopper", email: "grace@example.com" },
]

/** The accounts of one provider: the seeded ones, and those created by entering a name. */
export class Accounts {
  readonly #accounts = new Map<string, Account>()
  readonly seeded: readonly Account[]
  readonly #issuer: string

  constructor(issuer: string, seeded: readonly Account[]) {
    this.#issuer = issuer
    this.seeded = seeded
    for (const account of seeded) this.#accounts.set(account.sub, account)
  }

  find(sub: string): Account | undefined {
    return this.#accounts.get(sub)
  }

  /** Returns the account with this name, e-mail address or sub, or creates it. */
  findOrCreate(login: string): Account {
    const wanted = login.trim().toLowerCase()
    for (const account of this.#accounts.values()) {
      if ([account.sub, account.name, account.email].some((value) => value.toLowerCase() === wanted))
        return account
    }
    const created = createAccount(login.trim())
    const account = this.#accounts.get(created.sub) ?? created
    this.#accounts.set(account.sub, account)
    return account
  }

  /** The claims of id_token and userinfo, before scopes select from them. */
  claims(account: Account): Required<Account> {
    const picture = `${this.#issuer}/picture/${encodeURIComponent(account.sub)}.svg`
    return { email_verified: true, picture, ...account }
  }
}

function createAccount(login: string): Account {
  const slug = login.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "")
  const local =
    (slug.split("@")[0] ?? "").replace(/[^\p{L}\p{N}]+/gu, ".").replace(/^\.|\.$/g, "") || "someone"
  const email = login.includes("@") ? login : `${local}@example.com`
  return { sub: login.includes("@") ? slug : local, name: login.split("@")[0] || login, email }
}
