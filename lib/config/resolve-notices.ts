import { ConfigError } from "../errors.js"
import { keyedMailers } from "./credential-faults.js"
import type { ExpressAuthConfig, NoticeOptions } from "./options.js"
import type { ResolvedProvider } from "./resolve-providers.js"

/** What users are told of by mail. */
export type NoticeKind = keyof NoticeOptions

/** Whether each notice is sent. */
export type ResolvedNotices = Readonly<Record<NoticeKind, boolean>>

/** Every kind; a further one needs two texts, `notice.<kind>.subject` and `notice.<kind>.lead`. */
const kinds = [
  "accountLinked",
  "accountUnlinked",
  "newDevice",
  "passkeyAdded",
  "passkeyRemoved",
] as const satisfies readonly NoticeKind[]

/**
 * Resolves the option `notices`. Unless it is an object that says otherwise, it turns all of them on.
 *
 * @returns `undefined` if none is sent
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function resolveNotices(
  { notices, sendMail }: ExpressAuthConfig,
  providers: readonly ResolvedProvider[],
): ResolvedNotices | undefined {
  if (notices === undefined || notices === null || notices === false) return
  const chosen: NoticeOptions = notices === true ? {} : notices
  const resolved = Object.fromEntries(kinds.map((kind) => [kind, resolveKind(kind, chosen[kind])]))
  if (!sendMail && !canSend(providers)) throw lacksSender()
  return Object.freeze(resolved) as ResolvedNotices
}

function resolveKind(kind: NoticeKind, value: unknown = true): boolean {
  if (typeof value === "boolean") return value
  throw invalid(`\`notices.${kind}\` is ${JSON.stringify(value)}; expected true or false.`)
}

/** Whether the first e-mail provider sends messages of ours. Loops keeps its message in the service. */
function canSend(providers: readonly ResolvedProvider[]): boolean {
  const provider = providers.find(({ type }) => type === "email")
  if (provider?.type !== "email" || provider.definition.options?.sendVerificationRequest) return false
  const { id } = provider.definition
  return id === "nodemailer" || (keyedMailers.has(id) && id !== "loops")
}

function lacksSender(): ConfigError {
  return invalid(
    "`notices` needs something to send mails with: an e-mail provider such as Nodemailer or Resend, without a " +
      "`sendVerificationRequest` of your own, or the option `sendMail: ({ to, subject, text, html }) => …`.",
  )
}

function invalid(message: string): ConfigError {
  return new ConfigError("ERR_AUTH_INVALID_OPTION", message)
}
