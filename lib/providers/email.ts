import type { NodemailerConfig, NodemailerUserConfig } from "@auth/core/providers/nodemailer"
import Nodemailer from "./nodemailer.js"

export type * from "@auth/core/providers/email"

/**
 * The old name of `Nodemailer`, with the id `email`.
 *
 * @deprecated Use `express-authjs/providers/nodemailer`.
 * @throws {ConfigError} `ERR_AUTH_PROVIDER` when `nodemailer` is not installed
 */
export default function Email(config: NodemailerUserConfig): NodemailerConfig {
  return { ...Nodemailer(config), id: "email", name: "Email" }
}
