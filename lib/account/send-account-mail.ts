import type { OutgoingMail } from "../config/options.js"
import { perSource } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { EmailProvider } from "../config/resolve-providers.js"
import { keepMail, keepsMail } from "../development/inbox.js"
import { ConfigError } from "../errors.js"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import { findMailer } from "../mail/mailers.js"

type Send = (mail: OutgoingMail, link: string | undefined) => Promise<unknown>

/**
 * Returns what sends mails that are not for signing in: the option `sendMail`, or the first e-mail provider whose
 * message we write. In development, a provider without a mail server keeps them in the inbox.
 *
 * @returns `undefined` if there is neither
 */
export async function mailSenderOf(
  context: Pick<AuthContext, "config" | "origin" | "basePath">,
): Promise<Send | undefined> {
  const { config } = context
  const { sendMail } = config
  if (sendMail) return async (mail) => sendMail(mail)
  const provider = config.providers.find(isEmail)
  if (!provider) return
  if (keepsMail(provider, config)) return async (mail, link) => keep(mail, link, context)
  const mailer = await mailerOf(config)
  return mailer && (({ to, ...message }) => mailer(provider, to, message))
}

/**
 * Returns what sends mails that are not for signing in.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` if there is nothing
 */
export async function requireMailSender(context: Parameters<typeof mailSenderOf>[0]): Promise<Send> {
  const send = await mailSenderOf(context)
  if (send) return send
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    "Changing an e-mail address needs something to send mails with: an e-mail provider without a " +
      "`sendVerificationRequest` of your own, or the option `sendMail: ({ to, subject, text, html }) => …`.",
  )
}

/** Returns the first e-mail provider. */
export function emailProviderOf({ providers }: Pick<ResolvedConfig, "providers">): EmailProvider | undefined {
  return providers.find(isEmail)
}

const mailers = perSource(() => new Map<string, ReturnType<typeof findMailer>>())

function mailerOf(config: ResolvedConfig): ReturnType<typeof findMailer> {
  const provider = emailProviderOf(config)
  if (!provider) return Promise.resolve(undefined)
  const known = mailers(config).get(provider.id)
  const found = known ?? findMailer(provider.definition.id, provider.sendVerificationRequest)
  mailers(config).set(provider.id, found)
  return found
}

function isEmail(provider: ResolvedConfig["providers"][number]): provider is EmailProvider {
  return provider.type === "email"
}

function keep(
  { to, subject, text }: OutgoingMail,
  link: string | undefined,
  context: Pick<AuthContext, "config" | "origin" | "basePath">,
): void {
  const inboxUrl = toActionUrl(context, "inbox")
  const mail = { to, subject, text, link: link ?? inboxUrl, code: undefined, time: new Date() }
  keepMail(mail, context.config, inboxUrl)
}
