import type { TextKey } from "../texts/en.js"
import type { FieldView } from "./field-view.js"
import { type PageContext, siteNameOf } from "./page-context.js"
import { toSignInLink } from "./page-link.js"
import { renderPage } from "./render-page.js"
import { durationIn } from "./sign-in-message.js"

/** The last mail requested in this browser. */
export interface RequestedMailView {
  /** The address to which it was mailed. */
  email: string
  /** The e-mail provider's id. */
  provider: string
  /** Where to go after the sign-in. */
  callbackUrl: string
  /** Whether its code can be entered. */
  hasCode: boolean
  /** Whether the browser requested a mail to this address before. */
  isAnother: boolean
  /** Whether the visitor has to be remembered after the sign-in, which the page's form repeats. */
  remember: boolean
  /** Seconds until another mail can be sent; 0 if one can be sent now. */
  wait: number
}

/** The content of the page that follows an e-mail sign-in. */
export interface VerifyRequestPage {
  /** The mail; absent in a browser that has requested none. */
  mail?: RequestedMailView
  /** `CodeWrong` or `CodeExpired`; others are ignored. */
  error?: string | undefined
  /** The path of the inbox, if the mail was kept there instead of being sent. */
  inbox?: string | undefined
}

const codeField = {
  id: "code",
  name: "code",
  type: "text",
  attributes: [
    ["inputmode", "numeric"],
    ["autocomplete", "one-time-code"],
    ["autocapitalize", "off"],
    ["spellcheck", "false"],
    ["maxlength", "20"],
    ["required", ""],
    ["autofocus", ""],
  ],
} satisfies Omit<FieldView, "label">

const messages: ReadonlyMap<string, TextKey> = new Map<string, TextKey>([
  ["CodeWrong", "verify.codeWrong"],
  ["CodeExpired", "verify.codeExpired"],
])

/**
 * Renders the page that follows an e-mail sign-in: "Check your email", with a field for the code in the e-mail, a button
 * to send it again and a link to change the address.
 *
 * Its text is the same for every address, so it does not reveal which addresses have an account.
 *
 * @returns an HTML document; send it with `pageHeaders`
 */
export function renderVerifyRequestPage(
  context: PageContext,
  { mail, error, inbox }: VerifyRequestPage,
): string {
  const { t } = context
  const key = messages.get(error ?? "")
  const title = t("verify.heading")
  return renderPage(context, "verify-request", {
    title: key ? t("page.errorTitle", { title }) : title,
    heading: title,
    lead: leadOf(mail),
    host: siteNameOf(context),
    email: mail?.email,
    message: key ? { text: t(key) } : undefined,
    form: mail && toForm(context, mail, error === "CodeWrong"),
    inbox,
    signIn: toSignInLink(context.basePath, mail?.callbackUrl),
    scripts: mail?.wait ? ["wait.js"] : [],
  })
}

function leadOf(mail: RequestedMailView | undefined): TextKey {
  if (!mail) return "verify.leadLink"
  if (!mail.hasCode) return "verify.leadNoCode"
  return mail.isAnother ? "verify.leadAnother" : "verify.lead"
}

/** One form serves both buttons, because Enter in the code's field must press the first one. */
function toForm(context: PageContext, mail: RequestedMailView, faulty: boolean) {
  const { basePath, csrfToken, t } = context
  return {
    action: `${basePath}/verify-request`,
    sendAction: `${basePath}/signin/${encodeURIComponent(mail.provider)}`,
    csrfToken,
    callbackUrl: mail.callbackUrl,
    email: mail.email,
    remember: mail.remember,
    field: mail.hasCode ? { ...codeField, label: t("field.code") } : undefined,
    faulty,
    wait: mail.wait,
    note: mail.wait ? t("verify.wait", { duration: durationIn(context, mail.wait) }) : t("verify.spam"),
  }
}
