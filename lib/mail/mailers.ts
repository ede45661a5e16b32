/// <reference path="./nodemailer.d.ts" />
import type { EmailConfig } from "@auth/core/providers/email"
import { isPlainObject } from "../config/merge-provider.js"
import { boundFetch } from "../http/bound-fetch.js"
import { loadNodemailer } from "../providers/load-nodemailer.js"
import { isSameSource } from "../providers/same-source.js"
import { sendsAsCore } from "../providers/sends-as-core.js"
import type { MailMessage, VerificationRequest } from "./held-mail.js"

/** Sends a message to one address with the provider's settings. */
type Mailer = (provider: EmailConfig, to: string, message: MailMessage) => Promise<void>

interface CoreMailer {
  /** Loads core's provider, to recognise its own `sendVerificationRequest`. */
  readonly core: () => Promise<{ default: (options: never) => { sendVerificationRequest: unknown } }>
  /** Sends our message in the same way. */
  readonly send: Mailer
}

/** Core's mailers whose message is defined in code; Loops keeps it in the service. */
const mailers: Readonly<Record<string, CoreMailer>> = {
  nodemailer: { core: importCoreNodemailer, send: sendByNodemailer },
  resend: {
    core: () => import("@auth/core/providers/resend"),
    send: ({ apiKey, from }, to, message) =>
      post("https://api.resend.com/emails", { authorization: `Bearer ${apiKey}` }, { from, to, ...message }),
  },
  sendgrid: {
    core: () => import("@auth/core/providers/sendgrid"),
    send: ({ apiKey, from }, to, { subject, text, html }) =>
      post(
        "https://api.sendgrid.com/v3/mail/send",
        { authorization: `Bearer ${apiKey}` },
        {
          personalizations: [{ to: [{ email: to }] }],
          from: { email: from },
          subject,
          content: [
            { type: "text/plain", value: text },
            { type: "text/html", value: html },
          ],
        },
      ),
  },
  postmark: {
    core: () => import("@auth/core/providers/postmark"),
    send: ({ apiKey = "", from }, To, { subject, text, html }) =>
      post(
        "https://api.postmarkapp.com/email",
        { accept: "application/json", "x-postmark-server-token": apiKey },
        {
          ...{ From: from, To, Subject: subject },
          ...{ TextBody: text, HtmlBody: html, MessageStream: "outbound" },
        },
      ),
  },
  mailgun: { core: () => import("@auth/core/providers/mailgun"), send: sendByMailgun },
  forwardemail: {
    core: () => import("@auth/core/providers/forwardemail"),
    send: ({ apiKey, from }, to, message) =>
      post(
        "https://api.forwardemail.net/v1/emails",
        { authorization: `Basic ${btoa(`${apiKey}:`)}` },
        { from, to, ...message },
      ),
  },
}

/**
 * Returns the mailer that sends as one of core's providers does, but with a given message.
 *
 * @param id the id of the provider's definition, not one that the app set
 * @returns `undefined` for the app's own function, and for providers whose message is not defined in code
 */
export async function findMailer(
  id: string,
  send: EmailConfig["sendVerificationRequest"],
): Promise<Mailer | undefined> {
  const mailer = Object.hasOwn(mailers, id) ? mailers[id] : undefined
  if (!mailer) return
  if (sendsAsCore(send)) return mailer.send
  // Without the package that core's module needs, the function is not core's.
  const core = await mailer.core().catch(() => undefined)
  const original = core?.default({ server: {}, apiKey: "", from: "" } as never).sendVerificationRequest
  return isSameSource(original, send) ? mailer.send : undefined
}

/** The specifier is computed, because a bundler that follows it would require `nodemailer` of every app. */
async function importCoreNodemailer(): Promise<typeof import("@auth/core/providers/nodemailer")> {
  return import(/* webpackIgnore: true */ ["@auth/core/providers", "nodemailer"].join("/"))
}

async function sendByNodemailer({ server, from }: EmailConfig, to: string, message: MailMessage) {
  const { createTransport } = loadNodemailer()
  const mail = { from, to: { name: "", address: to }, ...message }
  const { rejected = [], pending = [] } = await createTransport(withTimeouts(server)).sendMail({
    ...mail,
    headers: { "auto-submitted": "auto-generated" },
  })
  const failed = [...rejected, ...(pending ?? [])].filter(Boolean)
  if (failed.length > 0) throw new Error("The mail server rejected the address.")
}

const smtpTimeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }

/**
 * Adds timeouts to the app's SMTP server unless it sets them: Nodemailer's defaults are two minutes to connect and ten
 * of silence, while the visitor waits for the page. Ours are 10 s to connect, 10 s for the greeting and 20 s of
 * silence.
 */
export function withTimeouts(server: EmailConfig["server"]): unknown {
  if (typeof server !== "string") return isSmtp(server) ? { ...smtpTimeouts, ...server } : server
  if (!/^smtps?:/i.test(server)) return server
  // Nodemailer uses the first of two equal parameters in a URL, so those that are set are left out.
  return `${server}${server.includes("?") ? "&" : "?"}${Object.entries(smtpTimeouts)
    .filter(([name]) => !server.includes(`${name}=`))
    .map((pair) => pair.join("="))
    .join("&")}`
}

/** Whether these are the options of an SMTP server, rather than a transport, which is an object with methods. */
function isSmtp(server: unknown): server is object {
  return isPlainObject(server) && !("send" in server) && !("url" in server)
}

/**
 * Sends a mail through Loops, which keeps the message in its service and inserts the link.
 *
 * @throws {TypeError} if the provider lacks `apiKey` or `transactionalId`
 * @throws {Error} if Loops responds with an error
 */
export async function sendByLoops({ identifier, url, provider }: VerificationRequest): Promise<void> {
  const { apiKey, transactionalId } = provider as EmailConfig & { transactionalId?: string }
  if (!apiKey || !transactionalId)
    throw new TypeError("The Loops provider needs `apiKey` and `transactionalId`.")
  await post(
    "https://app.loops.so/api/v1/transactional",
    { authorization: `Bearer ${apiKey}` },
    { transactionalId, email: identifier, dataVariables: { url } },
  )
}

/**
 * Whether a provider is core's Loops, with its own `sendVerificationRequest`.
 *
 * @param id the id of the provider's definition, not one that the app set
 */
export async function isLoops(id: string, send: EmailConfig["sendVerificationRequest"]): Promise<boolean> {
  if (id !== "loops") return false
  const { default: create } = await import("@auth/core/providers/loops")
  return isSameSource(create({} as never).sendVerificationRequest, send)
}

async function sendByMailgun(provider: EmailConfig, to: string, message: MailMessage): Promise<void> {
  const { apiKey, from, name, region } = provider as EmailConfig & { region?: string }
  const domain = from?.split("@").at(1)
  if (!domain)
    throw new TypeError(
      `Mailgun's \`from\` is ${JSON.stringify(from)}; expected an address, e.g. "no-reply@example.com".`,
    )
  const form = new FormData()
  const fields = { from: `${name} <${from}>`, to, ...message }
  for (const [field, value] of Object.entries(fields)) form.append(field, value)
  const host = region === "EU" ? "api.eu.mailgun.net" : "api.mailgun.net"
  await post(
    `https://${host}/v3/${domain}/messages`,
    { authorization: `Basic ${btoa(`api:${apiKey}`)}` },
    form,
  )
}

/** The visitor waits for the page. The body is read only for the reason of a failure. */
const fetchBounded = boundFetch(undefined, { timeout: 10_000, maxBytes: 64 * 1024 })

async function post(url: string, headers: Record<string, string>, body: object): Promise<void> {
  const isForm = body instanceof FormData
  const response = await fetchBounded(url, {
    method: "POST",
    headers: { ...headers, ...(!isForm && { "content-type": "application/json" }) },
    body: isForm ? body : JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok)
    throw new Error(`${new URL(url).host} responded ${response.status}: ${text.slice(0, 500)}`)
}
