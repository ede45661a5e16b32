import type { Account } from "@auth/core/types"
import { providerById } from "../config/find-provider.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { isOAuthProvider } from "../config/resolve-providers.js"
import { toAccountFields } from "../providers/account-fields.js"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import type { FirstSignIn } from "./first-sign-in.js"

type Events = ResolvedConfig["events"]

/**
 * The user's events, and between them what core leaves out: it stores an account's tokens when it links it, and never
 * again.
 *
 * @param isLink nobody signs in, so `events.signIn` is not told
 * @param firstSignIn where another sign-in stored the user, `createUser` and `linkAccount` have been told by that one
 */
export function toCoreEvents(
  config: ResolvedConfig,
  { isLink, firstSignIn }: { isLink: boolean; firstSignIn: Pick<FirstSignIn, "isKnown"> },
): Events {
  const { events } = config
  let stored = false
  return {
    ...events,
    createUser: async (message) => {
      if (!firstSignIn.isKnown) await events.createUser?.(message)
    },
    linkAccount: async (message) => {
      stored = true
      if (!firstSignIn.isKnown) await events.linkAccount?.(message)
    },
    signIn: async (message) => {
      if (!stored && message.account) await storeTokens(message.account, config)
      if (!isLink) await events.signIn?.(message)
    },
  }
}

/** Where it fails the sign-in stands: nobody is locked out for the sake of a token. */
async function storeTokens(account: Account, { adapter, providers, logger }: ResolvedConfig): Promise<void> {
  const extras = adapter as Partial<AdapterExtras> | undefined
  const { provider: id, providerAccountId, type, userId: _user, ...tokens } = account
  const provider = providerById(providers, id)
  if (
    !provider ||
    !isOAuthProvider(provider) ||
    !extras?.updateAccount ||
    (type !== "oauth" && type !== "oidc")
  )
    return
  try {
    await extras.updateAccount({ ...toAccountFields(provider, tokens), provider: id, providerAccountId })
  } catch (error) {
    logger.error(error)
  }
}
