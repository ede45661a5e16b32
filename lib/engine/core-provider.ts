import { randomUUID } from "node:crypto"
import { type AuthConfig, customFetch } from "@auth/core"
import type { Adapter } from "@auth/core/adapters"
import { isPasswordProvider } from "../config/password-provider.js"
import { warnOnce } from "../config/process-memory.js"
import type {
  CredentialsProvider,
  EmailProvider,
  OAuthProvider,
  PasskeyProvider,
} from "../config/resolve-providers.js"
import { keepMail, keepsMail } from "../development/inbox.js"
import { toActionUrl } from "../http/auth-context.js"
import { type MailWriter, toHeldMail, type VerificationRequest } from "../mail/held-mail.js"
import { findMailer, isLoops, sendByLoops } from "../mail/mailers.js"
import { wrapNormalizer } from "../mail/normalize-email.js"
import type { Outbox } from "../mail/outbox.js"
import { toPasskeyHooks } from "../passkeys/passkey-call.js"
import type { DiscoveredServer } from "../providers/discovery.js"
import { prepareProvider } from "../providers/prepare-provider.js"
import { noteMetadata, sendVerifier } from "../providers/provider-fetch.js"
import { stableUserId } from "../providers/stable-user-id.js"
import { toStrategyCoreProvider } from "../providers/strategy-provider.js"
import { toCoreChecks } from "./authorization-checks.js"
import type { ProofWatch } from "./proof-watch.js"
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
  /** Checks what this call has stored. */
  readonly proofWatch: ProofWatch
  /** Receives what the provider says of itself. */
  readonly discovered: DiscoveredServer
}

/**
 * Returns a provider as core takes it: options merged, our hooks added, and no `options` left, so that core has nothing
 * to merge. Its members are shared between calls, except those that core writes to.
 */
export function toCoreProvider(attempt: SignInAttempt, call: ProviderCall): CoreProvider {
  const { provider: resolved, strategy, strategyUser } = attempt
  if (strategy) return toStrategyCoreProvider(resolved, strategyUser)
  if (resolved.type === "webauthn") return toPasskeyProvider(resolved, attempt, call.adapter)
  if (resolved.type === "oauth" || resolved.type === "oidc") return toOAuthProvider(resolved, attempt, call)
  const { definition: _, ...provider } = resolved
  if (isPasswordProvider(provider))
    return { ...provider, authorize: byPassword(attempt, call) } as CoreProvider
  if (provider.type === "credentials") return { ...provider, authorize: withUserId(provider, attempt) }
  return { ...provider, ...emailHooks(provider, attempt, call) }
}

function toOAuthProvider(
  resolved: OAuthProvider,
  attempt: SignInAttempt,
  { action, discovered }: ProviderCall,
): CoreProvider {
  const { checks, verifier } = toCoreChecks(resolved, attempt, action)
  const { definition: _, ...provider } = prepareProvider(resolved)
  const ask = provider[customFetch] ?? fetch
  const sending = verifier === undefined ? ask : sendVerifier(ask, verifier)
  const asking = action === "signin" ? noteMetadata(ask, discovered) : sending
  return { ...provider, checks, [customFetch]: asking } as CoreProvider
}

function toPasskeyProvider(
  resolved: PasskeyProvider,
  { passkey }: SignInAttempt,
  adapter: Adapter,
): CoreProvider {
  const { definition: _, ...provider } = resolved
  return passkey ? { ...provider, ...toPasskeyHooks(resolved, passkey, adapter) } : provider
}

/** Checks the passwords that we store, with what loads at the first such sign-in. */
function byPassword(
  { context: { config }, request: { body } }: SignInAttempt,
  { proofWatch }: ProviderCall,
): Authorize {
  return async () => {
    const { verifyPassword } = await import("../password/verify-password.js")
    const verified = await verifyPassword(body, config)
    if (!verified) return null
    proofWatch.require(verified.requireUnchanged)
    return verified.user
  }
}

/**
 * Fills in the credentials, which core may not have got and passes to `callbacks.signIn` too, and adds an id to users
 * without one. Core would choose a random id at every sign-in.
 */
function withUserId(
  { id, authorize }: Pick<CredentialsProvider, "id" | "authorize">,
  { context: { config }, request: { body } }: SignInAttempt,
): Authorize {
  return async (credentials, request) => {
    const user = await authorize(Object.assign(credentials, body), request)
    if (!user || (user.id !== undefined && user.id !== null)) return user
    const made = user.email ? "derived from its e-mail address" : "random at every sign-in"
    warnOnce(config, {
      code: "authorize-id",
      message: `authorize() of provider "${id}" returned a user without \`id\`; the id is ${made}. Return the id that your app uses.`,
    })
    return { ...user, id: user.email ? stableUserId(id, user.email.toLowerCase()) : randomUUID() }
  }
}

type EmailHooks = Pick<EmailProvider, "secret" | "normalizeIdentifier" | "sendVerificationRequest">

/** Puts the mail into the outbox. The app's own function is not given our secret. */
function emailHooks(provider: EmailHooks, attempt: SignInAttempt, call: ProviderCall): EmailHooks {
  const { secret: own, sendVerificationRequest: send } = provider
  return {
    secret: own ?? attempt.context.config.secrets[0],
    normalizeIdentifier: wrapNormalizer(provider.normalizeIdentifier),
    sendVerificationRequest: (params) => {
      const { secret: _ours, ...shown } = { ...params.provider, sendVerificationRequest: send }
      const asConfigured = own === undefined ? shown : { ...shown, secret: own }
      call.outbox.hold(
        toHeldMail({ ...params, provider: asConfigured }, (request) => deliver(attempt, request, call)),
      )
    },
  }
}

/** Sends a mail; in development, keeps it if there is nothing to send it with. */
async function deliver(
  { provider, context }: SignInAttempt,
  request: VerificationRequest,
  call: ProviderCall,
): Promise<void> {
  const { writeMail } = call
  if (!writeMail || !keepsMail(provider, context.config))
    return sendMail(provider.definition.id, request, call)
  const { identifier: to, url: link, code } = request
  const { subject, text } = writeMail(request)
  const mail = { to, subject, text, link, code, time: new Date() }
  keepMail(mail, context.config, toActionUrl(context, "inbox"))
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
