import { accountCases } from "./adapter-contract/accounts.js"
import { auditCases } from "./adapter-contract/audit.js"
import { authenticatorCases } from "./adapter-contract/authenticators.js"
import type { AdapterCase } from "./adapter-contract/case.js"
import { passwordCases } from "./adapter-contract/passwords.js"
import { sessionCases } from "./adapter-contract/sessions.js"
import { userCases } from "./adapter-contract/users.js"
import { verificationTokenCases } from "./adapter-contract/verification-tokens.js"

export type { AdapterCase, TestedAdapter } from "./adapter-contract/case.js"

/**
 * The behaviour that Auth.js and this package expect of an adapter, as cases for any test runner. Each case creates its
 * own rows and tolerates others, and fails by throwing. An adapter need not have every method: see {@link casesFor}.
 */
export const adapterContract: readonly AdapterCase[] = [
  ...userCases,
  ...accountCases,
  ...sessionCases,
  ...verificationTokenCases,
  ...authenticatorCases,
  ...auditCases,
  ...passwordCases,
]

/**
 * Returns the cases whose methods an adapter has.
 *
 * @example
 * for (const { title, run } of casesFor(adapter)) it(title, () => run(adapter))
 */
export function casesFor(adapter: object): AdapterCase[] {
  const methods: Readonly<Record<string, unknown>> = { ...adapter }
  return adapterContract.filter(({ needs }) => needs.every((name) => has(methods[name])))
}

/** Whether an adapter has a method, a store or a capability. */
function has(member: unknown): boolean {
  return member === true || typeof member === "function" || (typeof member === "object" && member !== null)
}
