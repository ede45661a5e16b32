import type { MailMessage } from "../mail/held-mail.js"
import type { Texts } from "../texts/texts.js"
import { formatColor, getTextColor, parseColor } from "./color.js"
import { lightPalette } from "./default-palettes.js"
import type { PageLook } from "./page-context.js"
import type { AddressMailModel } from "./page-models.js"
import { renderTemplate } from "./render-page.js"

/** A mail about the address of an account. */
export interface AddressMail {
  /**
   * `confirm` proves a new address, `taken` tells that it belongs to another account, `changed` tells the former address
   * of a change.
   */
  kind: "confirm" | "taken" | "changed"
  /** The link of its button. */
  url: string
  /** The address that it is sent to. */
  address: string
  /** Whether the link of `changed` undoes the change. @default false */
  canUndo?: boolean
}

/** Renders a mail about the address of an account: a heading, a text, a button, and what to do if it is unexpected. */
export function renderAddressMail(
  look: PageLook,
  texts: Texts,
  { kind, url, address, canUndo = false }: AddressMail,
): MailMessage {
  const { t, locale, dir } = texts
  const said = { host: new URL(url).host, address }
  const of = `addressMail.${kind === "changed" && canUndo ? "undo" : kind}` as const
  const subject = t(`${of}.subject`, said)
  const content = { heading: t(`${of}.heading`), lead: t(`${of}.lead`, said), note: t(`${of}.note`) }
  const brand = parseColor(look.theme.brandColor) ?? parseColor(lightPalette.brand)
  const brandText = brand && formatColor(getTextColor(brand))
  const colors = { ...lightPalette, brand: brand && formatColor(brand), brandText }
  const button = t(`${of}.button`)
  const model: AddressMailModel = { ...content, subject, button, url, colors, locale, dir }
  const html = renderTemplate("account-mail", model, { ...texts, ...look })
  const text = [content.lead, url, `${content.note}\n`].join("\n\n")
  return { subject, text, html }
}
