import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import type { Adapter, AdapterAccount, AdapterUser } from "@auth/core/adapters"
import type { AdapterExtras } from "../../stores/adapter-extras.js"

/** An adapter whose methods are there: a case runs only where those it needs are. */
export type TestedAdapter = Required<Adapter> & AdapterExtras

export interface AdapterCase {
  /** A fact about the adapter: "finds a user by id". */
  readonly title: string
  /** The methods it calls. */
  readonly needs: readonly (keyof TestedAdapter)[]
  run(adapter: Adapter): Promise<void>
}

export function adapterCase(
  title: string,
  needs: AdapterCase["needs"],
  run: (adapter: TestedAdapter) => Promise<void>,
): AdapterCase {
  return { title, needs, run: (adapter) => run(adapter as TestedAdapter) }
}

export const minute = 60_000

/** Text from which no other row can have been made. */
export function unique(prefix = ""): string {
  return prefix + randomUUID()
}

/** A moment to the millisecond, some minutes from now. */
export function inMinutes(minutes: number): Date {
  return new Date(Math.trunc(Date.now() / 1000) * 1000 + minutes * minute + 123)
}

/** The id is what core would give; an adapter may make its own. */
export function newUser(values: Partial<AdapterUser> = {}): AdapterUser {
  const user = { name: "Zoë Ångström 🦊", image: "https://example.com/zoe.png", emailVerified: null }
  return { id: randomUUID(), email: `${unique("zoe-")}@example.com`, ...user, ...values }
}

export async function addUser(
  adapter: TestedAdapter,
  values: Partial<AdapterUser> = {},
): Promise<AdapterUser> {
  return adapter.createUser(newUser(values))
}

export function accountOf({ id }: AdapterUser, values: Partial<AdapterAccount> = {}): AdapterAccount {
  return { userId: id, type: "oidc", provider: "demo", providerAccountId: unique(), ...values }
}

/** Runs at once, and says how many came through. */
export async function race(times: number, act: (turn: number) => unknown): Promise<unknown[]> {
  const turns = Array.from({ length: times }, async (_, turn) => act(turn))
  const results = await Promise.allSettled(turns)
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []))
}

/** Compares the named fields; where none is expected, null and undefined are the same. */
export function assertFields(actual: object | null | undefined, expected: object): void {
  assert.ok(actual, `Expected ${JSON.stringify(expected)}, found nothing`)
  const found: Readonly<Record<string, unknown>> = { ...actual }
  const fields = Object.entries(expected)
  assert.deepEqual(
    Object.fromEntries(fields.map(([name]) => [name, found[name] ?? null])),
    Object.fromEntries(fields.map(([name, value]) => [name, value ?? null])),
  )
}

export function assertNothing(actual: unknown): void {
  assert.equal(actual ?? null, null)
}
