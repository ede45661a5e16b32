import type { Adapter, VerificationToken } from "@auth/core/adapters"
import type { AdapterExtras } from "./adapter-extras.js"

type Tokens = Required<Pick<Adapter, "createVerificationToken" | "useVerificationToken">> &
  Pick<AdapterExtras, "findVerificationToken">

/** Returns a verification token without using it up, with any adapter. */
export async function findToken(
  tokens: Tokens,
  key: Pick<VerificationToken, "identifier" | "token">,
): Promise<VerificationToken | null> {
  if (tokens.findVerificationToken) return tokens.findVerificationToken(key)
  const token = await tokens.useVerificationToken(key)
  if (token) await tokens.createVerificationToken(token)
  return token
}
