import type { Adapter } from "@auth/core/adapters"
import { foldText } from "../limits/fold-identifier.js"

type FindByEmail = NonNullable<Adapter["getUserByEmail"]>

/**
 * `getUserByEmail` as core calls it, which does not find Ada (`ada@example.com`) for the owner of `ada@exámple.com`, though
 * the collation of many databases takes the two for the same.
 *
 * Letter case may differ, and so may addresses that have nothing to do with each other: an adapter may know several of one
 * person.
 */
export function findByExactAddress(find: FindByEmail): FindByEmail {
  return async (email) => {
    const user = await find(email)
    return user && isOnlyTakenFor(String(user.email ?? ""), email) ? null : user
  }
}

function isOnlyTakenFor(known: string, asked: string): boolean {
  return toPlain(known) !== toPlain(asked) && foldText(known) === foldText(asked)
}

function toPlain(address: string): string {
  return address.trim().normalize("NFC").toLowerCase()
}
