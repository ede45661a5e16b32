import type { Account } from "@auth/core/types"
import { recordEvent } from "../audit/record-event.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { isOAuthProvider } from "../config/resolve-providers.js"
import { toAccountFields } from "../providers/account-fields.js"
import { hidingTokens } from "../session/hide-token.js"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import type { FirstSignIn } from "./first-sign-in.js"
import type { SignInAttempt } from "./sign-in-attempt.js"

type Events = ResolvedConfig["events"]
type NewUser = Parameters<NonNullable<Events["createUser"]>>[0]
type FirstSignInState = Pick<FirstSignIn, "isKnown" | "isNew">

/** Who a call to core has signed in. Empty for any other call. */
export interface SignedIn {
  /** The user's id. */
  userId?: string | undefined
  /** The user's address. */
  email?: string | null | undefined
  /** Whether the user was created. */
  isNew?: boolean
  /** The user who existed and got a further account or passkey. */
  linkedTo?: string | undefined
}

/**
 * Returns the app's events, and stores an account's new tokens at every sign-in: core stores them only when it links
 * the account. No `signIn` event is sent for a link.
 *
 * `createUser` is sent after the account is linked, because several sign-ins may continue with one new user but only
 * one of them links the account. Core sends it before, also for a user that existed.
 */
export function toCoreEvents(
  attempt: SignInAttempt,
  { firstSignIn, signedIn }: { readonly firstSignIn: FirstSignInState; readonly signedIn: SignedIn },
): Events {
  const { events } = attempt.context.config
  let stored = false
  let newUser: NewUser | undefined
  return {
    ...events,
    createUser: async (message) => {
      if (attempt.provider.type !== "email") newUser = message
      else if (!firstSignIn.isKnown) await events.createUser?.(message)
    },
    linkAccount: async (message) => {
      stored = true
      if (newUser && firstSignIn.isNew) await sendCreateUser(newUser, attempt)
      if (!firstSignIn.isKnown) await events.linkAccount?.(message)
      const existed = !firstSignIn.isKnown && !firstSignIn.isNew
      if (existed) signedIn.linkedTo = message.user.id
      if (attempt.context.config.audit && existed) recordLink(attempt, message.user.id)
    },
    signIn: async (message) => {
      if (!stored && message.account) await storeTokens(message.account, attempt)
      if (attempt.link) return
      const { id: userId, email } = message.user
      Object.assign(signedIn, { userId, email, isNew: message.isNewUser === true })
      await events.signIn?.(message)
    },
  }
}

/** Records an account that was added to a user who existed. Without the user's wish, an address has linked it. */
function recordLink({ context, provider, link }: SignInAttempt, userId: string | undefined): void {
  const event = provider.type === "webauthn" ? "passkey-added" : "account-linked"
  const reason = link ? undefined : "same-address"
  recordEvent(context, event, { userId, provider: provider.id, reason })
}

/** A listener that fails is logged and changes nothing. */
async function sendCreateUser(message: NewUser, { context }: SignInAttempt): Promise<void> {
  const { events, logger } = context.config
  try {
    await events.createUser?.(message)
  } catch (error) {
    logger.error(error)
  }
}

/** A failure is logged, and the user is signed in all the same. */
async function storeTokens(account: Account, { context, provider }: SignInAttempt): Promise<void> {
  const { adapter, logger } = context.config
  const extras = adapter as Partial<AdapterExtras> | undefined
  if (!extras?.updateAccount || !isOAuthProvider(provider)) return
  const { provider: id, providerAccountId, type: _type, userId: _user, ...tokens } = account
  const row = { ...toAccountFields(provider, tokens), provider: id, providerAccountId }
  try {
    await hidingTokens(row, (fields) => extras.updateAccount?.(fields))
  } catch (error) {
    logger.error(error)
  }
}
