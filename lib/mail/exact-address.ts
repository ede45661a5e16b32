import type { Adapter } from "@auth/core/adapters"
import { foldText } from "../limits/fold-identifier.js"

type FindByEmail = NonNullable<Adapter["getUserByEmail"]>

/**
 * Wraps `getUserByEmail` so that the owner of `ada@exámple.com` does not find the user of `ada@example.com`: many
 * databases have collations that treat the two as equal.
 *
 * Accepts addresses that differ in case, and addresses that are unrelated, since an adapter may know several addresses
 * of a user.
 */
export function findByExactAddress(find: FindByEmail): FindByEmail {
  return async (email) => {
    const user = await find(email)
    return user && isConfusable(String(user.email ?? ""), email) ? null : user
  }
}

function isConfusable(found: string, requested: string): boolean {
  return normalize(found) !== normalize(requested) && foldText(found) === foldText(requested)
}

function normalize(address: string): string {
  return address.trim().normalize("NFC").toLowerCase()
}
