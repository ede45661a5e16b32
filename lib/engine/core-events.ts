import type { Account } from "@auth/core/types"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { isOAuthProvider } from "../config/resolve-providers.js"
import { toAccountFields } from "../providers/account-fields.js"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import type { FirstSignIn } from "./first-sign-in.js"
import type { SignInAttempt } from "./sign-in-attempt.js"

type Events = ResolvedConfig["events"]

/**
 * Returns the app's events, and stores an account's new tokens at every sign-in: core stores them only when it links
 * the account. No `signIn` event is sent for a link.
 *
 * @param firstSignIn whether another sign-in stored the user, which then sent `createUser` and `linkAccount`
 */
export function toCoreEvents(attempt: SignInAttempt, firstSignIn: Pick<FirstSignIn, "isKnown">): Events {
  const { events } = attempt.context.config
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
      if (!stored && message.account) await storeTokens(message.account, attempt)
      if (!attempt.link) await events.signIn?.(message)
    },
  }
}

/** A failure is logged, and the user is signed in all the same. */
async function storeTokens(account: Account, { context, provider }: SignInAttempt): Promise<void> {
  const { adapter, logger } = context.config
  const extras = adapter as Partial<AdapterExtras> | undefined
  if (!extras?.updateAccount || !isOAuthProvider(provider)) return
  const { provider: id, providerAccountId, type: _type, userId: _user, ...tokens } = account
  try {
    await extras.updateAccount({ ...toAccountFields(provider, tokens), provider: id, providerAccountId })
  } catch (error) {
    logger.error(error)
  }
}
