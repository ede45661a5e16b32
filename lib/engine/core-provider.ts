import { randomUUID } from "node:crypto"
import { type AuthConfig, customFetch } from "@auth/core"
import {
  isOAuthProvider,
  type OAuthProvider,
  providerId,
  providerSetting,
  type ResolvedProvider,
} from "../config/resolve-providers.js"
import { type MailWriter, toHeldMail, type VerificationRequest } from "../mail/mail-message.js"
import { findMailer, isLoops, sendByLoops } from "../mail/mailers.js"
import { wrapNormalizer } from "../mail/normalize-email.js"
import type { Outbox } from "../mail/outbox.js"
import { mendProvider } from "../providers/mend-provider.js"
import { createProviderFetch } from "../providers/provider-fetch.js"
import { stableUserId } from "../providers/stable-user-id.js"
import { type StrategyUser, strategyOf, toStrategyCoreProvider } from "../providers/strategy-provider.js"

type ProviderOf<Type extends ResolvedProvider["type"]> = Extract<ResolvedProvider, { type: Type }>
type EmailProvider = ProviderOf<"email">
type EmailSender = EmailProvider["sendVerificationRequest"]
type Authorize = ProviderOf<"credentials">["authorize"]

/** What the providers of one call to core share. */
interface ProviderCall {
  readonly outbox: Outbox
  readonly secret: string
  /** Writes the message where the app brings no `sendVerificationRequest`. */
  readonly writeMail?: MailWriter | undefined
  /** Is told what an app should change. */
  readonly warn?: (warning: { code: string; message: string }) => void
  /** Whom the provider that core is called for has found by itself. */
  readonly external?: StrategyUser | undefined
}

/** A provider as core takes it: a copy, since core merges into what it gets, with our hooks in it. */
export function toCoreProvider(
  provider: ResolvedProvider,
  call: ProviderCall,
): AuthConfig["providers"][number] {
  if (strategyOf(provider)) return toStrategyCoreProvider(copyPlain(provider), call.external)
  const copy = copyPlain(isOAuthProvider(provider) ? mendOnce(provider) : provider)
  if (copy.type === "credentials") return withOptions(copy, { authorize: withUserId(copy, call) })
  if (copy.type === "email") return withOptions(copy, emailHooks(copy, call))
  return copy
}

const mended = new WeakMap<OAuthProvider, OAuthProvider>()

/**
 * The provider as core is given it, to be read only: endpoints complete, `customFetch` ours. It is mended once; its
 * `fetch` lives as long as the configuration, and the discovery documents with it.
 */
function mendOnce(provider: OAuthProvider): OAuthProvider {
  const known = mended.get(provider)
  if (known) return known
  const copy = mendProvider(copyPlain(provider))
  const created = Object.assign(copy, { [customFetch]: createProviderFetch(copy) })
  mended.set(provider, created)
  return created
}

/** What stands in `options` wins over the provider's defaults. */
function withOptions(provider: ResolvedProvider, options: object): AuthConfig["providers"][number] {
  return Object.assign(provider, { options: { ...provider.options, ...options } })
}

/** Copies plain objects and arrays all the way down; functions, keys, URLs and the like stay what they are. */
function copyPlain<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyPlain) as T
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value
  const copied = Object.entries(value).map(([name, item]) => [name, copyPlain(item)])
  return { ...value, ...Object.fromEntries(copied) }
}

/** Core gives a user without an id a random one, at every sign-in another. An e-mail address makes it the same each time. */
function withUserId(provider: ResolvedProvider, { warn }: ProviderCall): Authorize {
  const authorize = providerSetting(provider, "authorize") as Authorize
  return async (credentials, request) => {
    const user = await authorize(credentials, request)
    if (!user || (user.id !== undefined && user.id !== null)) return user
    const id = providerId(provider)
    const made = user.email ? "its e-mail address" : "chance, another at every sign-in"
    warn?.({
      code: "authorize-id",
      message: `authorize() of provider "${id}" returned a user without \`id\`: one is made of ${made}. Return the id your app knows the user by.`,
    })
    return { ...user, id: user.email ? stableUserId(id, user.email.toLowerCase()) : randomUUID() }
  }
}

/** The mail waits in the outbox; what the app's own function is given does not hold our secret. */
function emailHooks(provider: EmailProvider, call: ProviderCall): Partial<EmailProvider> {
  const own = providerSetting(provider, "secret") as string | undefined
  const send = providerSetting(provider, "sendVerificationRequest") as EmailSender
  const normalize = providerSetting(provider, "normalizeIdentifier") as EmailProvider["normalizeIdentifier"]
  return {
    secret: own ?? call.secret,
    normalizeIdentifier: wrapNormalizer(normalize),
    sendVerificationRequest: (params) => {
      const { secret: _ours, ...shown } = { ...params.provider, sendVerificationRequest: send }
      const asConfigured = own === undefined ? shown : { ...shown, secret: own }
      call.outbox.hold(
        toHeldMail({ ...params, provider: asConfigured }, (request) => sendMail(provider, request, call)),
      )
    },
  }
}

/** By the app's own function, by core's, or as core's does with a message of ours. */
async function sendMail(
  definition: EmailProvider,
  request: VerificationRequest,
  { writeMail }: ProviderCall,
): Promise<void> {
  const { provider, identifier } = request
  const mailer = writeMail && (await findMailer(definition.id, provider.sendVerificationRequest))
  if (mailer) await mailer(provider, identifier, writeMail(request))
  else if (await isLoops(definition.id, provider.sendVerificationRequest)) await sendByLoops(request)
  else await provider.sendVerificationRequest(request)
}
