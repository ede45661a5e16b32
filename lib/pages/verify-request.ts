import type { TextKey } from "../texts/en.js"
import type { FieldView } from "./field-view.js"
import type { PageContext } from "./page-context.js"
import { toSignInLink } from "./page-link.js"
import { renderPage } from "./render-page.js"

/** The content of the page that follows an e-mail sign-in. */
export interface VerifyRequestPage {
  /** The address entered in this browser; absent if the browser cannot use the code. */
  email?: string
  /** `CodeWrong` or `CodeExpired`; others are ignored. */
  error?: string
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
  ],
} satisfies Omit<FieldView, "label">

const messages: ReadonlyMap<string, TextKey> = new Map<string, TextKey>([
  ["CodeWrong", "verify.codeWrong"],
  ["CodeExpired", "verify.codeExpired"],
])

/**
 * Renders the page that follows an e-mail sign-in: "Check your email", with a field for the code in the e-mail.
 *
 * Its text is the same for every address, so it does not reveal which addresses have an account.
 *
 * @returns an HTML document; send it with `pageHeaders`
 */
export function renderVerifyRequestPage(
  context: PageContext,
  { email, error, inbox }: VerifyRequestPage,
): string {
  const { t } = context
  const key = messages.get(error ?? "")
  const title = t("verify.heading")
  return renderPage(context, "verify-request", {
    title: key ? t("page.errorTitle", { title }) : title,
    heading: title,
    host: context.host,
    email,
    message: key ? { text: t(key) } : undefined,
    faulty: error === "CodeWrong",
    action: `${context.basePath}/verify-request`,
    csrfToken: context.csrfToken,
    field: { ...codeField, label: t("field.code") },
    inbox,
    tryAgain: toSignInLink(context.basePath),
  })
}
