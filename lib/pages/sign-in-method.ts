import type { FieldView } from "./field-view.js"
import type { ProviderIcon } from "./provider-icon.js"

/** One way to sign in: a form that posts to us. */
export interface SignInMethod {
  kind: "button" | "form" | "passkey" | "passkey-sign-up"
  id: string
  action: string
  csrfToken: string
  callbackUrl: string
  icon: ProviderIcon
  /** The text of its button. */
  submit: string
  /** The form's accessible name, where the page has several. */
  name: string | undefined
  fields: FieldView[]
  /** Whether the page has no other method, so that its button is the main one. */
  alone: boolean
  /** Whether the message above is about this form's fields. */
  faulty: boolean
  /** Whether its passkeys are offered in the list of another form's field. */
  autofill: boolean
}
