import type { Adapter, AdapterAccount, AdapterUser } from "@auth/core/adapters"
import { OAuthAccountNotLinked } from "@auth/core/errors"
import { providerById } from "../config/find-provider.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { hidingTokens } from "../session/hide-token.js"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import { type AccountKey, isMark, marksOf } from "./unlinked-mark.js"

type Config = Pick<ResolvedConfig, "adapter" | "providers" | "secrets">

/** How often to attempt to store a new user while other sign-ins store the same one, or deadlock with ours. */
const maxAttempts = 3

/**
 * A first sign-in, in which core stores a user and then links the account to it. Between the two the process may end,
 * the database may fail, or another first sign-in with the same account may overtake this one. Core then finds a user
 * that has the email address but not the account, and refuses the account from then on (`OAuthAccountNotLinked`).
 *
 * Adapters with `createUserWithAccount` store both in one step. With others the user carries a mark until the account
 * is linked, and only a user with the mark of the account that signs in is adopted. A sign-in that loses a race signs
 * in as the user of the one that won it. An instance serves one call to core.
 */
export class FirstSignIn {
  readonly #config: Config
  readonly #extras: Partial<AdapterExtras>
  #adapter: Adapter = {}
  #account: AccountKey | undefined
  /** The owner of the account, or the user that was stored for it and not linked. */
  #own: AdapterUser | undefined
  /** The id of the user that the account is linked to. */
  #linkedTo: string | undefined
  /** The picture that is stored in place of the mark. */
  #picture: AdapterUser["image"]
  /** The object that core holds as the new user. */
  #shown: AdapterUser | undefined
  #isKnown = false

  constructor(config: Config) {
    this.#config = config
    this.#extras = (config.adapter ?? {}) as Partial<AdapterExtras>
  }

  /** Whether another sign-in has linked the account or proven the address, and sends the events. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  /** Whether core stored a user in this call, or continues with one whose account was not linked. */
  get isNew(): boolean {
    return this.#shown !== undefined && !this.#isKnown
  }

  /** Returns the adapter that core uses in this call. */
  wrap(adapter: Adapter): Adapter {
    if (!adapter.createUser || !adapter.getUserByAccount || !adapter.linkAccount) return adapter
    this.#adapter = adapter
    return {
      ...adapter,
      getUserByAccount: (account) => this.#getUserByAccount(account),
      getUserByEmail: (email) => this.#getUserByEmail(email),
      createUser: (user) => this.#createUser(user),
      linkAccount: (account) => this.#linkAccount(account),
    }
  }

  /** Returns the provider as core uses it in this call: notes the picture of the profile, which replaces a mark. */
  notePicture<Provider extends object>(provider: Provider): Provider {
    const { profile } = provider as { profile?: unknown }
    if (typeof profile !== "function") return provider
    const noting = async (...args: unknown[]): Promise<unknown> => {
      const user = await profile.apply(provider, args)
      this.#picture = Object(user).image ?? null
      return user
    }
    return { ...provider, profile: noting }
  }

  async #getUserByAccount({ provider, providerAccountId }: AccountKey): Promise<AdapterUser | null> {
    this.#account = { provider, providerAccountId }
    const user = await this.#owner()
    if (!user || !isMark(user.image)) return user
    const image = this.#picture ?? null
    await this.#adapter.updateUser?.({ id: user.id, image })
    return { ...user, image }
  }

  async #owner(): Promise<AdapterUser | null> {
    return (this.#account && (await this.#adapter.getUserByAccount?.(this.#account))) ?? null
  }

  /** Returns `null` for the user of this sign-in, so that core continues and stores it. */
  async #getUserByEmail(email: string): Promise<AdapterUser | null> {
    const user = (await this.#adapter.getUserByEmail?.(email)) ?? null
    return user && (await this.#findOwn(user)) ? null : user
  }

  async #createUser(user: AdapterUser): Promise<AdapterUser> {
    if (this.#own) return this.#show(this.#own, user)
    for (let attempt = 1; ; attempt++) {
      try {
        return this.#show(await this.#insert(user, attempt), user)
      } catch (error) {
        const other = await this.#findStored(user, error)
        if (other) return this.#show(other, user)
        if (attempt === maxAttempts) throw error
      }
    }
  }

  async #insert(user: AdapterUser, attempt: number): Promise<AdapterUser> {
    const { createUserWithAccount: createBoth, updateAccount } = this.#extras
    const account = this.#account
    const type = providerById(this.#config.providers, account?.provider)?.type
    if (account && createBoth && updateAccount && isLinked(type)) {
      const made = await this.#extras.createUserWithAccount?.(user, { ...account, type })
      this.#linkedTo = made?.id
      if (made) return made
    }
    // A schema may refuse the mark: the second attempt goes without.
    const canMark = account && this.#adapter.updateUser && user.email && "image" in user && attempt === 1
    const [image] = canMark ? marksOf(account, user.email, this.#config.secrets) : []
    const made = await this.#adapter.createUser?.(image ? { ...user, image } : user)
    if (!made) throw new TypeError("adapter.createUser() returned no user")
    return image ? { ...made, image } : made
  }

  /** Looks for the user that another sign-in has stored in the meantime. If that fails too, throws `error`. */
  async #findStored(user: AdapterUser, error: unknown): Promise<AdapterUser | undefined> {
    try {
      const there = (user.email && (await this.#adapter.getUserByEmail?.(user.email))) || null
      if (!this.#account) return await this.#proveAddress(there, user)
      const own = await this.#findOwn(there)
      if (own || !there) return own
    } catch {
      throw error
    }
    throw new OAuthAccountNotLinked("Another account has the same e-mail address")
  }

  /** A sign-in by mail proves the address, no matter which sign-in stored the user. */
  async #proveAddress(
    there: AdapterUser | null,
    { emailVerified }: AdapterUser,
  ): Promise<AdapterUser | undefined> {
    if (!there || !emailVerified) return undefined
    this.#isKnown = true
    return this.#adapter.updateUser?.({ id: there.id, emailVerified })
  }

  async #findOwn(sameAddress: AdapterUser | null): Promise<AdapterUser | undefined> {
    const unlinked = (await this.#owner()) ? undefined : await this.#unlinked(sameAddress)
    // Read again: another sign-in may just have linked the account.
    const owner = unlinked ? null : await this.#owner()
    if (owner) this.#isKnown = true
    this.#linkedTo = owner?.id
    this.#own = owner ?? unlinked
    return this.#own
  }

  /** Returns the user that was stored for this account, if its address is unproven and no account is linked. */
  async #unlinked(user: AdapterUser | null): Promise<AdapterUser | undefined> {
    if (!user || !this.#account || user.emailVerified || !isMark(user.image)) return undefined
    if (!marksOf(this.#account, user.email, this.#config.secrets).includes(user.image)) return undefined
    const accounts = (await this.#extras.listAccounts?.(user.id)) ?? []
    return accounts.length === 0 ? user : undefined
  }

  /** Returns the user as the app and core see it: with the picture in place of the mark. */
  #show(stored: AdapterUser, { image = null }: AdapterUser): AdapterUser {
    this.#picture = image
    this.#own = stored
    this.#shown = isMark(stored.image) ? { ...stored, image } : { ...stored }
    return this.#shown
  }

  async #linkAccount(account: AdapterAccount): Promise<void> {
    if (this.#linkedTo === account.userId)
      return hidingTokens(account, (row) => this.#extras.updateAccount?.(row))
    try {
      await this.#adapter.linkAccount?.(account)
    } catch (error) {
      const winner = await this.#owner()
      if (!winner) throw error
      if (winner.id !== account.userId) return this.#yieldTo(winner, account.userId)
      // Another sign-in has continued with the same user.
      this.#isKnown = true
    }
    if (this.#own?.id === account.userId && isMark(this.#own.image))
      await this.#adapter.updateUser?.({ id: account.userId, image: this.#picture ?? null })
  }

  /** Turns the user object that core holds into the account's owner. */
  async #yieldTo(winner: AdapterUser, loser: string): Promise<void> {
    if (this.#shown?.id !== loser) throw new OAuthAccountNotLinked("The account belongs to another user")
    Object.assign(this.#shown, winner)
    this.#isKnown = true
    await this.#adapter.deleteUser?.(loser)
  }
}

function isLinked(type: string | undefined): type is AdapterAccount["type"] {
  return type === "oauth" || type === "oidc" || type === "webauthn"
}
