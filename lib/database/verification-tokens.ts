import type { VerificationToken } from "@auth/core/adapters"
import type { RowStore } from "./row-store.js"

/** The tables of our stores are missing where nobody migrated for them. */
const ours = ["revocations", "sessionRecords", "locks", "limits"] as const

export function verificationTokenMethods(store: RowStore) {
  return {
    createVerificationToken: (row: VerificationToken) => store.insert("verificationTokens", row),
    useVerificationToken: async ({ identifier, token }: Pick<VerificationToken, "identifier" | "token">) =>
      (await store.take("verificationTokens", { identifier, token })) ?? null,
    purgeExpired: async () => {
      const now = new Date()
      await store.removeExpired("sessions", now)
      await store.removeExpired("verificationTokens", now)
      for (const key of ours) if (await store.hasTable(key)) await store.removeExpired(key, now)
    },
  }
}
