import { explainMissing } from "./explain-missing.js"
import requireNodemailer from "./require-nodemailer.cjs"

/**
 * Loads the package `nodemailer`.
 *
 * @throws {ConfigError} `ERR_AUTH_PROVIDER` with the command that installs the package
 */
export function loadNodemailer(): typeof import("nodemailer") {
  return requireNodemailer(explainMissing("nodemailer", "Nodemailer()"))
}
