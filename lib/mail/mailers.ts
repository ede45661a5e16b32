/// <reference path="./nodemailer.d.ts" />
import type { EmailConfig } from "@auth/core/providers/email"
import { isPlainObject } from "../config/merge-provider.js"
import { boundFetch } from "../http/bound-fetch.js"
import { isSameSource } from "../providers/same-source.js"
import type { MailMessage, VerificationRequest } from "./mail-message.js"

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
  return isSameSource(theirs, send) ? mailer.send : undefined
}

async function sendByNodemailer({ server, from }: EmailConfig, to: string, message: MailMessage) {
  const { createTransport } = await import("nodemailer")
  const mail = { from, to: { name: "", address: to }, ...message }
  const { rejected = [], pending = [] } = await createTransport(withTimeouts(server)).sendMail({
    ...mail,
    headers: { "auto-submitted": "auto-generated" },
  })
  const failed = [...rejected, ...(pending ?? [])].filter(Boolean)
  if (failed.length > 0) throw new Error("The mail server refused the address")
}

const smtpTimeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }

/**
 * The server as the app gives it, with limits of time where it sets none: Nodemailer's own are two minutes to connect and
 * ten of silence, while a person waits for the page.
 */
export function withTimeouts(server: EmailConfig["server"]): unknown {
  if (typeof server !== "string") return isSmtp(server) ? { ...smtpTimeouts, ...server } : server
  if (!/^smtps?:/i.test(server)) return server
  // What Nodemailer finds twice in an address it takes from the first place.
  return `${server}${server.includes("?") ? "&" : "?"}${Object.entries(smtpTimeouts)
    .filter(([name]) => !server.includes(`${name}=`))
    .map((pair) => pair.join("="))
    .join("&")}`
}

/** Options of a server rather than a transport of the app's own, which is an object with methods. */
function isSmtp(server: unknown): server is object {
  return isPlainObject(server) && !("send" in server) && !("url" in server)
}

/** Loops keeps the message with the service and fills in the link. */
export async function sendByLoops({ identifier, url, provider }: VerificationRequest): Promise<void> {
  const { apiKey, transactionalId } = provider as EmailConfig & { transactionalId?: string }
  if (!apiKey || !transactionalId) throw new TypeError("Loops needs `apiKey` and `transactionalId`")
  await post(
    "https://app.loops.so/api/v1/transactional",
    { authorization: `Bearer ${apiKey}` },
    { transactionalId, email: identifier, dataVariables: { url } },
  )
}

/** @param id of the provider's definition, not the user's */
export async function isLoops(id: string, send: EmailConfig["sendVerificationRequest"]): Promise<boolean> {
  if (id !== "loops") return false
  const { default: create } = await import("@auth/core/providers/loops")
  return isSameSource(create({} as never).sendVerificationRequest, send)
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

/** A person waits for the page that says the mail is on its way; of the answer only the reason of a failure is read. */
const ask = boundFetch((input, init) => fetch(input, init), { timeout: 10_000, maxBytes: 64 * 1024 })

async function post(url: string, headers: Record<string, string>, body: object): Promise<void> {
  const isForm = body instanceof FormData
  const answer = await ask(url, {
    method: "POST",
    headers: { ...headers, ...(!isForm && { "content-type": "application/json" }) },
    body: isForm ? body : JSON.stringify(body),
  })
  const said = await answer.text()
  if (!answer.ok) throw new Error(`${new URL(url).host} answered ${answer.status}: ${said.slice(0, 500)}`)
}
