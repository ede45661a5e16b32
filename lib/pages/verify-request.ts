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

const codeField: FieldView = {
  id: "code",
  name: "code",
  label: "Code from the email",
  type: "text",
  attributes: [
    ["inputmode", "numeric"],
    ["autocomplete", "one-time-code"],
    ["autocapitalize", "off"],
    ["spellcheck", "false"],
    ["maxlength", "20"],
    ["required", ""],
  ],
}

const messages: ReadonlyMap<string, string> = new Map([
  ["CodeWrong", "That is not the code in the newest email. Check it and try again."],
  ["CodeExpired", "This code no longer works. Open the link in the email, or ask for a new one."],
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
  const text = messages.get(error ?? "")
  const title = "Check your email"
  return renderPage(context, "verify-request", {
    title: text ? `Error: ${title}` : title,
    heading: title,
    host: context.host,
    email,
    message: text ? { text } : undefined,
    faulty: error === "CodeWrong",
    action: `${context.basePath}/verify-request`,
    csrfToken: context.csrfToken,
    field: codeField,
    inbox,
    tryAgain: toSignInLink(context.basePath),
  })
}
