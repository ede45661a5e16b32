import { randomUUID } from "node:crypto"
import type { Adapter, AdapterUser } from "@auth/core/adapters"
import type { User } from "@auth/core/types"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { stableUserId } from "../providers/stable-user-id.js"
import type { TestPerson, TestUser } from "./test-person.js"
import { testingError } from "./testing-error.js"

/** The user of a test's session. */
export interface FoundUser {
  readonly user: User & { id: string }
  /** Whether the user was created just now. */
  readonly isNewUser: boolean
}

/**
 * Returns the user of a test: from the adapter, in which it is created if need be, or made up where there is none.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_TESTING` if the adapter refuses the user
 */
export async function findOrCreateUser(
  { user: given = {}, roles }: TestPerson,
  config: ResolvedConfig,
): Promise<FoundUser> {
  const wanted = withDefaults(given)
  const roleFields = roles ? { role: roles[0], roles: [...roles] } : {}
  if (!config.adapter) return { user: { ...withStableId(wanted), ...roleFields }, isNewUser: false }
  const { user, isNewUser } = await inAdapter(config.adapter, given, wanted)
  const stored = roles ? await storeRoles(config.adapter, user, roleFields) : user
  if (isNewUser) await emitCreateUser(stored, config)
  return { user: { ...stored, ...roleFields }, isNewUser }
}

function withDefaults(given: TestUser): TestUser {
  const isNameless = given.id === undefined && given.email == null
  const { name = isNameless ? "Test User" : null } = given
  const { email = toAddress(name ?? given.id ?? "") } = given
  return { ...given, name, email }
}

function toAddress(name: string): string {
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .match(/[a-z0-9]+/g)
  return `${words?.join(".") ?? "test.user"}@example.com`
}

/** Signing in twice with the same name or address is the same user, as with every provider. */
function withStableId(user: TestUser): User & { id: string } {
  return { ...user, id: user.id ?? stableUserId("express-authjs/testing", String(user.email ?? user.name)) }
}

type StoredUser = FoundUser & { readonly user: AdapterUser }

async function inAdapter(adapter: Adapter, given: TestUser, wanted: TestUser): Promise<StoredUser> {
  try {
    const found = await find(adapter, wanted)
    if (!found) return { user: await create(adapter, wanted), isNewUser: true }
    const { id: _id, ...changes } = given
    const isSame = Object.entries(changes).every(([name, value]) => Object(found)[name] === value)
    const user = isSame ? found : await adapter.updateUser?.({ ...changes, id: found.id } as AdapterUser)
    return { user: user ?? found, isNewUser: false }
  } catch (cause) {
    const fields = Object.keys(wanted).join(", ")
    throw testingError(
      `The adapter could not find or store the test's user (${fields}). See \`cause\`.`,
      cause,
    )
  }
}

async function find(adapter: Adapter, { id, email }: TestUser): Promise<AdapterUser | null | undefined> {
  if (id !== undefined) return adapter.getUser?.(id)
  return email ? adapter.getUserByEmail?.(email) : null
}

async function create(adapter: Adapter, wanted: TestUser): Promise<AdapterUser> {
  const user = { emailVerified: null, image: null, ...wanted, id: wanted.id ?? randomUUID() }
  const created = await adapter.createUser?.(user as AdapterUser)
  if (!created) throw new TypeError("The adapter has no createUser().")
  if (wanted.id === undefined || created.id === wanted.id) return created
  throw new TypeError(
    `The adapter gave the new user the id "${created.id}", not "${wanted.id}": it makes ids itself. Leave out \`id\`.`,
  )
}

/** Apps keep roles in a column of one name or the other, or elsewhere. What the session has is checked afterwards. */
async function storeRoles(
  adapter: Adapter,
  user: AdapterUser,
  { role, roles }: { role?: string | undefined; roles?: string[] },
): Promise<AdapterUser> {
  for (const fields of [{ role, roles }, { role }, { roles }])
    try {
      return (await adapter.updateUser?.({ ...fields, id: user.id })) ?? user
    } catch {}
  return user
}

/** As in core, a listener that fails is logged and changes nothing. */
async function emitCreateUser(user: User, { events, logger }: ResolvedConfig): Promise<void> {
  try {
    await events.createUser?.({ user })
  } catch (error) {
    logger.error(error)
  }
}
