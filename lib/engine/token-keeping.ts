import type { AuthConfig } from "@auth/core"
import type { JWT } from "@auth/core/jwt"
import type { Account } from "@auth/core/types"
import { keepTokens } from "../session/provider-tokens.js"

type KeepingConfig = Pick<AuthConfig, "callbacks" | "jwt">

/** Extends a configuration of core so that the session it starts keeps the account's tokens (`session.keepTokens`). */
export function withTokenKeeping({ callbacks = {}, jwt = {} }: KeepingConfig): KeepingConfig {
  let account: Account | null | undefined
  const { signIn } = callbacks
  const { encode } = jwt
  const keep = (token: JWT | undefined) => (token && account ? keepTokens(token, account) : token)
  return {
    callbacks: {
      ...callbacks,
      signIn: (params) => {
        account = params.account
        return signIn ? signIn(params) : true
      },
    },
    jwt: {
      ...jwt,
      ...(encode && {
        encode: (params) => {
          const token = keep(params.token)
          return encode(token ? { ...params, token } : params)
        },
      }),
    },
  }
}
