import { createHmac } from "node:crypto"
import type { AdapterAccount } from "@auth/core/adapters"

/** What identifies an account. */
export type AccountKey = Pick<AdapterAccount, "provider" | "providerAccountId">

/** A URL that loads nothing if an app shows it as an image. */
const prefix = "data:,unlinked."

/**
 * Returns what a new user has as its `image` until its account is linked: a MAC of the account and the address under
 * the app's secret, which proves that this app stored the user for that account. One for each listed secret; the first
 * is stored.
 */
export function marksOf(
  { provider, providerAccountId }: AccountKey,
  email: string,
  secrets: readonly string[],
): string[] {
  const subject = JSON.stringify(["unlinked user", provider, providerAccountId, email.toLowerCase()])
  return secrets.map((secret) => prefix + createHmac("sha256", secret).update(subject).digest("base64url"))
}

/** Whether an `image` is a mark of ours. */
export function isMark(image: unknown): image is string {
  return typeof image === "string" && image.startsWith(prefix)
}
