import type { NoticeKind } from "../config/resolve-notices.js"
import type { MailMessage } from "../mail/held-mail.js"
import type { Texts } from "../texts/texts.js"
import { formatColor, getTextColor, parseColor } from "./color.js"
import { lightPalette } from "./default-palettes.js"
import type { PageLook } from "./page-context.js"
import type { AddressMailModel } from "./page-models.js"
import { renderTemplate } from "./render-page.js"

/** A mail that tells a user what happened to their account. */
export interface NoticeMail {
  /** What happened. */
  kind: NoticeKind
  /** The link of its button. */
  url: string
  /** The name of the provider, for accounts. */
  provider?: string | undefined
  /** Where it happened. @default an unknown device */
  device?: string | undefined
  /** The place of the device, if the app knows it. */
  place?: string | undefined
  /** When it happened. */
  time: Date
}

/** Renders a notice: what happened, from where and when, and what to do if it is unexpected. */
export function renderNoticeMail(
  look: PageLook,
  texts: Texts,
  { kind, url, provider, ...known }: NoticeMail,
): MailMessage {
  const { t, locale, dir } = texts
  const said = { host: new URL(url).host, ...(provider !== undefined && { provider }) }
  const subject = t(`notice.${kind}.subject`, said)
  const content = {
    lead: t(`notice.${kind}.lead`, said),
    detail: detailOf(known, texts),
    note: t("notice.note"),
  }
  const brand = parseColor(look.theme.brandColor) ?? parseColor(lightPalette.brand)
  const brandText = brand && formatColor(getTextColor(brand))
  const colors = { ...lightPalette, brand: brand && formatColor(brand), brandText }
  const button = t("notice.button")
  const model: AddressMailModel = { ...content, subject, heading: subject, button, url, colors, locale, dir }
  const html = renderTemplate("account-mail", model, { ...texts, ...look })
  const text = [content.lead, content.detail, url, `${content.note}\n`].join("\n\n")
  return { subject, text, html }
}

/** The reader's time zone is not known, so the time is in UTC and says so. */
function detailOf(
  { device, place, time }: Pick<NoticeMail, "device" | "place" | "time">,
  texts: Texts,
): string {
  const { t, locale } = texts
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "long", timeZone: "UTC" })
  const said = { device: device ?? t("notice.unknownDevice"), time: format.format(time) }
  return place ? t("notice.detailPlace", { ...said, place }) : t("notice.detail", said)
}
