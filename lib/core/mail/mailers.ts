/// <reference path="./nodemailer.d.ts" />
import type { EmailConfig } from "@auth/core/providers/email"
import type { MailMessage } from "./mail-message.js"

/** Sends a message to one address, as the provider is configured. */
type Mailer = (provider: EmailConfig, to: string, message: MailMessage) => Promise<void>

interface CoreMailer {
  /** Where core has its own, for whose message ours stands in. */
  readonly core: () => Promise<{ default: (options: never) => { sendVerificationRequest: unknown } }>
  readonly send: Mailer
}

/** The mailers of core whose messages are written in code. Loops keeps its own with the service. */
const mailers: Readonly<Record<string, CoreMailer>> = {
  nodemailer: { core: () => import("@auth/core/providers/nodemailer"), send: sendByNodemailer },
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
 * Finds the mailer that sends as a provider of core does, but takes the message as it is.
 *
 * @param id of the provider's definition, not the user's
 * @returns `undefined` for a function of the user's own, and for mailers that have no message
 */
export async function findMailer(
  id: string,
  send: EmailConfig["sendVerificationRequest"],
): Promise<Mailer | undefined> {
  const mailer = Object.hasOwn(mailers, id) ? mailers[id] : undefined
  if (!mailer) return
  const { default: create } = await mailer.core()
  const theirs = create({ server: {}, apiKey: "", from: "" } as never).sendVerificationRequest
  return sourceOf(theirs) === sourceOf(send) ? mailer.send : undefined
}

/**
 * A provider's function is made anew with each provider, so it is known by its text; a loader that makes CommonJS of
 * modules changes calls of imports, and all change white space and needless parentheses.
 */
function sourceOf(send: unknown): string {
  return String(send)
    .replace(/\(0,\s*[\w$]+\.([\w$]+)\)/g, "$1")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/[\s;()]/g, "")
    .replace(/,(?=[}\]])/g, "")
}

async function sendByNodemailer({ server, from }: EmailConfig, to: string, message: MailMessage) {
  const { createTransport } = await import("nodemailer")
  const mail = { from, to: { name: "", address: to }, ...message }
  const { rejected = [], pending = [] } = await createTransport(server as string).sendMail({
    ...mail,
    headers: { "auto-submitted": "auto-generated" },
  })
  const failed = [...rejected, ...(pending ?? [])].filter(Boolean)
  if (failed.length > 0) throw new Error("The mail server refused the address")
}

async function sendByMailgun(provider: EmailConfig, to: string, message: MailMessage): Promise<void> {
  const { apiKey, from, name, region } = provider as EmailConfig & { region?: string }
  const domain = from?.split("@").at(1)
  if (!domain) throw new TypeError('Mailgun needs `from` to be an address, such as "no-reply@example.com"')
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

async function post(url: string, headers: Record<string, string>, body: object): Promise<void> {
  const isForm = body instanceof FormData
  const answer = await fetch(url, {
    method: "POST",
    headers: { ...headers, ...(!isForm && { "content-type": "application/json" }) },
    body: isForm ? body : JSON.stringify(body),
  })
  const said = await answer.text()
  if (!answer.ok) throw new Error(`${new URL(url).host} answered ${answer.status}: ${said.slice(0, 500)}`)
}
