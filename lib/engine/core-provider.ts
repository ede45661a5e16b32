import { randomUUID } from "node:crypto"
import type { AuthConfig } from "@auth/core"
import type { Adapter } from "@auth/core/adapters"
import { warnOnce } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import {
  type CredentialsProvider,
  type EmailProvider,
  isOAuthProvider,
  type PasskeyProvider,
} from "../config/resolve-providers.js"
import { type MailWriter, toHeldMail, type VerificationRequest } from "../mail/mail-message.js"
import { findMailer, isLoops, sendByLoops } from "../mail/mailers.js"
import { wrapNormalizer } from "../mail/normalize-email.js"
import type { Outbox } from "../mail/outbox.js"
import { toPasskeyHooks } from "../passkeys/passkey-call.js"
import { mendProvider } from "../providers/mend-provider.js"
import { stableUserId } from "../providers/stable-user-id.js"
import { toStrategyCoreProvider } from "../providers/strategy-provider.js"
import { hasOwnState } from "./set-state.js"
import type { CoreAction, SignInAttempt } from "./sign-in-attempt.js"

type CoreProvider = AuthConfig["providers"][number]
type Authorize = CredentialsProvider["authorize"]

/** What a provider needs in one call to core. */
interface ProviderCall {
  readonly action: CoreAction
  /** Holds the mail until core has stored its token. */
  readonly outbox: Outbox
  /** Where core looks for passkeys. */
  readonly adapter: Adapter
  /** Writes the message, unless the app has a `sendVerificationRequest` of its own. */
  readonly writeMail: MailWriter | undefined
}

/**
 * Returns a provider as core takes it: options merged, our hooks added, and no `options` left, so that core has nothing
 * to merge. Its members are shared between calls, except those that core writes to.
 */
export function toCoreProvider(attempt: SignInAttempt, call: ProviderCall): CoreProvider {
  const { provider: resolved, strategy, strategyUser, context } = attempt
  if (strategy) return toStrategyCoreProvider(resolved, strategyUser)
  if (resolved.type === "webauthn") return toPasskeyProvider(resolved, attempt, call.adapter)
  const { definition, ...provider } = isOAuthProvider(resolved) ? mendProvider(resolved) : resolved
  if (provider.type === "credentials") return { ...provider, authorize: withUserId(provider, context.config) }
  if (provider.type === "email") return { ...provider, ...emailHooks(provider, attempt, call) }
  return { ...provider, checks: checksFor(call.action, attempt) } as CoreProvider
}

/**
 * Returns a copy of the checks, because core may add to it. Core seals a `state` twice, which costs more than the rest
 * of the request, so it is not asked for one that ours replaces. The callback checks the `state` in any case.
 */
function checksFor(action: CoreAction, attempt: SignInAttempt): string[] {
  const { provider } = attempt
  const checks = (isOAuthProvider(provider) && provider.checks) || []
  return checks.filter((check) => check !== "state" || action !== "signin" || !hasOwnState(attempt))
}

function toPasskeyProvider(
  resolved: PasskeyProvider,
  { passkey }: SignInAttempt,
  adapter: Adapter,
): CoreProvider {
  const { definition: _, ...provider } = resolved
  return passkey ? { ...provider, ...toPasskeyHooks(resolved, passkey, adapter) } : provider
}

/** Adds an id to users without one. Core would choose a random id at every sign-in. */
function withUserId(
  { id, authorize }: Pick<CredentialsProvider, "id" | "authorize">,
  config: ResolvedConfig,
): Authorize {
  return async (credentials, request) => {
    const user = await authorize(credentials, request)
    if (!user || (user.id !== undefined && user.id !== null)) return user
    const made = user.email ? "its e-mail address" : "chance, another at every sign-in"
    warnOnce(config, {
      code: "authorize-id",
      message: `authorize() of provider "${id}" returned a user without \`id\`: one is made of ${made}. Return the id your app knows the user by.`,
    })
    return { ...user, id: user.email ? stableUserId(id, user.email.toLowerCase()) : randomUUID() }
  }
}

type EmailHooks = Pick<EmailProvider, "secret" | "normalizeIdentifier" | "sendVerificationRequest">

/** Puts the mail into the outbox. The app's own function is not given our secret. */
function emailHooks(provider: EmailHooks, attempt: SignInAttempt, call: ProviderCall): EmailHooks {
  const { secret: own, sendVerificationRequest: send } = provider
  const service = attempt.provider.definition.id
  return {
    secret: own ?? attempt.context.config.secrets[0],
    normalizeIdentifier: wrapNormalizer(provider.normalizeIdentifier),
    sendVerificationRequest: (params) => {
      const { secret: _ours, ...shown } = { ...params.provider, sendVerificationRequest: send }
      const asConfigured = own === undefined ? shown : { ...shown, secret: own }
      call.outbox.hold(
        toHeldMail({ ...params, provider: asConfigured }, (request) => sendMail(service, request, call)),
      )
    },
  }
}

/** Sends by the app's own function, by core's, or as core's does with a message of ours. */
async function sendMail(
  service: string,
  request: VerificationRequest,
  { writeMail }: ProviderCall,
): Promise<void> {
  const { provider, identifier } = request
  const mailer = writeMail && (await findMailer(service, provider.sendVerificationRequest))
  if (mailer) await mailer(provider, identifier, writeMail(request))
  else if (await isLoops(service, provider.sendVerificationRequest)) await sendByLoops(request)
  else await provider.sendVerificationRequest(request)
}
