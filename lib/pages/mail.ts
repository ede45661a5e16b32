import type { MailMessage } from "../mail/held-mail.js"
import { formatColor, getTextColor, parseColor } from "./color.js"
import { lightPalette } from "./default-palettes.js"
import type { PageTheme } from "./page-context.js"
import { renderTemplate } from "./render-page.js"

/** The content of a sign-in e-mail. */
export interface SignInMail {
  /** The link that signs in. */
  url: string
  /** The code of six digits. */
  code: string
  /** When the link and the code expire. */
  expires: Date
}

/**
 * Renders a sign-in e-mail: the link as a button and as text, the code, and what to do with an unexpected e-mail. It
 * loads nothing from other hosts.
 */
export function renderMail(theme: PageTheme, { url, code, expires }: SignInMail): MailMessage {
  const { host, origin } = new URL(url)
  const subject = `Sign in to ${host}`
  const lifetime = toLifetime(expires)
  const brand = parseColor(theme.brandColor) ?? parseColor(lightPalette.brand)
  const brandText = brand && formatColor(getTextColor(brand))
  const colors = { ...lightPalette, brand: brand && formatColor(brand), brandText }
  const html = renderTemplate("mail", { subject, url, code, host, origin, lifetime, colors })
  const text = [
    `Open this link to sign in to ${host}. It works once, for ${lifetime}:`,
    url,
    "Or type this code on the page where you asked for this email:",
    code,
    `If you did not ask to sign in to ${origin}, ignore this email and do not share the code.\n`,
  ].join("\n\n")
  return { subject, text, html }
}

/** Formats the remaining time in the largest unit that does not overstate it. */
function toLifetime(expires: Date): string {
  const minutes = Math.max(1, Math.round((expires.getTime() - Date.now()) / 60_000))
  if (minutes < 120) return `${minutes} ${minutes === 1 ? "minute" : "minutes"}`
  const hours = Math.round(minutes / 60)
  return hours <= 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`
}
