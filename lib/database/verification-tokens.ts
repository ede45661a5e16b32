import type { VerificationToken } from "@auth/core/adapters"
import { purge } from "./purge.js"
import type { RowStore } from "./row-store.js"

/** The methods of the adapter that store mailed tokens. */
export function verificationTokenMethods(store: RowStore) {
  return {
    createVerificationToken: (row: VerificationToken) => store.insert("verificationTokens", row),
    useVerificationToken: async ({ identifier, token }: Pick<VerificationToken, "identifier" | "token">) =>
      (await store.take("verificationTokens", { identifier, token })) ?? null,
    findVerificationToken: async ({ identifier, token }: Pick<VerificationToken, "identifier" | "token">) =>
      (await store.find("verificationTokens", { identifier, token })) ?? null,
    purgeExpired: () => purge(store),
  }
}
