import type { MailMessage } from "../mail/held-mail.js"
import type { Texts } from "../texts/texts.js"
import { formatColor, getTextColor, parseColor } from "./color.js"
import { lightPalette } from "./default-palettes.js"
import type { PageLook } from "./page-context.js"
import type { SignInMailModel } from "./page-models.js"
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
export function renderMail(look: PageLook, texts: Texts, { url, code, expires }: SignInMail): MailMessage {
  const { t, locale, dir } = texts
  const { host, origin } = new URL(url)
  const subject = t("mail.subject", { host })
  const duration = t("duration.for", toLifetime(expires))
  const brand = parseColor(look.theme.brandColor) ?? parseColor(lightPalette.brand)
  const brandText = brand && formatColor(getTextColor(brand))
  const colors = { ...lightPalette, brand: brand && formatColor(brand), brandText }
  const model: SignInMailModel = { subject, url, code, host, origin, duration, colors, locale, dir }
  const html = renderTemplate("mail", model, { ...texts, ...look })
  const text = [
    t("mail.textLead", { host, duration }),
    url,
    t("mail.code"),
    code,
    `${t("mail.ignore", { origin })}\n`,
  ].join("\n\n")
  return { subject, text, html }
}

/** Returns the remaining time in the largest unit that does not overstate it. */
function toLifetime(expires: Date): { unit: "minutes" | "hours" | "days"; count: number } {
  const minutes = Math.max(1, Math.round((expires.getTime() - Date.now()) / 60_000))
  if (minutes < 120) return { unit: "minutes", count: minutes }
  const hours = Math.round(minutes / 60)
  return hours <= 48 ? { unit: "hours", count: hours } : { unit: "days", count: Math.floor(hours / 24) }
}
