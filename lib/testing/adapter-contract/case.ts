import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import type { Adapter, AdapterAccount, AdapterUser } from "@auth/core/adapters"
import type { AdapterExtras } from "../../stores/adapter-extras.js"

/** An adapter with every method; a case runs only if the adapter has those that it calls. */
export type TestedAdapter = Required<Adapter> & AdapterExtras

/** One expectation of an adapter. */
export interface AdapterCase {
  /** A fact about the adapter: "finds a user by id". */
  readonly title: string
  /** The methods it calls. */
  readonly needs: readonly (keyof TestedAdapter)[]
  /** Checks the adapter; rejects if it does not behave as `title` states. */
  run(adapter: Adapter): Promise<void>
}

/** Creates a case whose `run` may call every method that it `needs`. */
export function adapterCase(
  title: string,
  needs: AdapterCase["needs"],
  run: (adapter: TestedAdapter) => Promise<void>,
): AdapterCase {
  return { title, needs, run: (adapter) => run(adapter as TestedAdapter) }
}

/** Milliseconds in a minute. */
export const minute = 60_000

/** Returns a string that no other row contains. */
export function unique(prefix = ""): string {
  return prefix + randomUUID()
}

/** Returns a date some minutes from now, with a fraction of a second. */
export function inMinutes(minutes: number): Date {
  return new Date(Math.trunc(Date.now() / 1000) * 1000 + minutes * minute + 123)
}

/** Returns a user with an id, as core passes it; an adapter may replace the id. */
export function newUser(values: Partial<AdapterUser> = {}): AdapterUser {
  const user = { name: "Zoë Ångström 🦊", image: "https://example.com/zoe.png", emailVerified: null }
  return { id: randomUUID(), email: `${unique("zoe-")}@example.com`, ...user, ...values }
}

/** Stores a new user. */
export async function addUser(
  adapter: TestedAdapter,
  values: Partial<AdapterUser> = {},
): Promise<AdapterUser> {
  return adapter.createUser(newUser(values))
}

/** Returns an account of a user. */
export function accountOf({ id }: AdapterUser, values: Partial<AdapterAccount> = {}): AdapterAccount {
  return { userId: id, type: "oidc", provider: "demo", providerAccountId: unique(), ...values }
}

/** Calls `act` several times at once. Returns the results of the calls that succeeded. */
export async function race(times: number, act: (turn: number) => unknown): Promise<unknown[]> {
  const turns = Array.from({ length: times }, async (_, turn) => act(turn))
  const results = await Promise.allSettled(turns)
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []))
}

/** Compares the expected fields only. Treats `null` and `undefined` as equal. */
export function assertFields(actual: object | null | undefined, expected: object): void {
  assert.ok(actual, `Expected ${JSON.stringify(expected)}, found nothing`)
  const found: Readonly<Record<string, unknown>> = { ...actual }
  const fields = Object.entries(expected)
  assert.deepEqual(
    Object.fromEntries(fields.map(([name]) => [name, found[name] ?? null])),
    Object.fromEntries(fields.map(([name, value]) => [name, value ?? null])),
  )
}

/** Fails unless the value is `null` or `undefined`. */
export function assertNothing(actual: unknown): void {
  assert.equal(actual ?? null, null)
}
