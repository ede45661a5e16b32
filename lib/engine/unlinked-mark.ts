import { createHmac } from "node:crypto"
import type { AdapterAccount } from "@auth/core/adapters"

export type AccountKey = Pick<AdapterAccount, "provider" | "providerAccountId">

/** An image that loads nothing from anywhere, should an app show it. */
const prefix = "data:,unlinked."

/**
 * What a new user has as its `image` until its account is linked: a MAC of the account and the address under the app's
 * secret. It shows that this user was stored for that account, and by this app. With every listed secret there is one;
 * the first is to be stored.
 */
export function marksOf(
  { provider, providerAccountId }: AccountKey,
  email: string,
  secrets: readonly string[],
): string[] {
  const subject = JSON.stringify(["unlinked user", provider, providerAccountId, email.toLowerCase()])
  return secrets.map((secret) => prefix + createHmac("sha256", secret).update(subject).digest("base64url"))
}

export function isMark(image: unknown): image is string {
  return typeof image === "string" && image.startsWith(prefix)
}
