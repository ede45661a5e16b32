import { accountCases } from "./adapter-contract/accounts.js"
import { authenticatorCases } from "./adapter-contract/authenticators.js"
import type { AdapterCase } from "./adapter-contract/case.js"
import { sessionCases } from "./adapter-contract/sessions.js"
import { userCases } from "./adapter-contract/users.js"
import { verificationTokenCases } from "./adapter-contract/verification-tokens.js"

export type { AdapterCase, TestedAdapter } from "./adapter-contract/case.js"

/**
 * What an Auth.js adapter has to do, as cases for any test runner: each makes rows of its own and may run beside other
 * rows. A case fails by throwing. Those whose methods an adapter does not have are not for it: see {@link casesFor}.
 */
export const adapterContract: readonly AdapterCase[] = [
  ...userCases,
  ...accountCases,
  ...sessionCases,
  ...verificationTokenCases,
  ...authenticatorCases,
]

/**
 * The cases for which an adapter has the methods.
 *
 * @example
 * for (const { title, run } of casesFor(adapter)) it(title, () => run(adapter))
 */
export function casesFor(adapter: object): AdapterCase[] {
  const methods: Readonly<Record<string, unknown>> = { ...adapter }
  return adapterContract.filter(({ needs }) =>
    needs.every((name) => methods[name] === true || typeof methods[name] === "function"),
  )
}
