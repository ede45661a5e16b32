import type { NodemailerConfig, NodemailerUserConfig } from "@auth/core/providers/nodemailer"
import { loadNodemailer } from "./load-nodemailer.js"
import { markAsCore } from "./sends-as-core.js"

export type * from "@auth/core/providers/nodemailer"

/**
 * Sends sign-in mails by SMTP, with the package `nodemailer`. The same provider as core's, except that a missing
 * package is reported with the command that installs it, and that bundlers do not require the package of every app.
 *
 * Without `server`, mails go to the inbox in development, and need no package; anywhere else `ExpressAuth()` throws
 * `ERR_AUTH_PROVIDER`.
 *
 * @param config `server`: the URL or options of the mail server; `from`: the sender
 * @throws {ConfigError} `ERR_AUTH_PROVIDER` when `nodemailer` is not installed
 * @see https://authjs.dev/getting-started/providers/nodemailer
 */
export default function Nodemailer(config: NodemailerUserConfig): NodemailerConfig {
  if (config.server) loadNodemailer()
  return {
    id: "nodemailer",
    type: "email",
    name: "Nodemailer",
    server: { host: "localhost", port: 25, auth: { user: "", pass: "" } },
    from: "Auth.js <no-reply@authjs.dev>",
    maxAge: 86_400,
    sendVerificationRequest: sendAsCore,
    options: config,
  }
}

/** Sends core's mail, for apps that call it from a `sendVerificationRequest` of their own. Ours replaces it. */
const sendAsCore: NodemailerConfig["sendVerificationRequest"] = markAsCore(async (params) => {
  const { default: create } = await import("@auth/core/providers/nodemailer")
  await create({ server: "smtp://localhost" }).sendVerificationRequest(params)
})
