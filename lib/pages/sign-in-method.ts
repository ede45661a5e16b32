import type { FieldView } from "./field-view.js"
import type { ProviderIcon } from "./provider-icon.js"
import type { PersonView } from "./provider-view.js"

/** A way to sign in: a form that posts to us. */
export interface SignInMethod {
  /** The name of its partial in views/partials. */
  kind: "button" | "form" | "passkey" | "passkey-sign-up" | "people"
  /** Whether its form has a link mailed. */
  isMail: boolean
  /** The provider's id. */
  id: string
  /** The path that the form posts to. */
  action: string
  /** The CSRF token. */
  csrfToken: string
  /** Where to go after the sign-in. */
  callbackUrl: string
  /** The icon on its button. */
  icon: ProviderIcon
  /** The text of its button. */
  submit: string
  /** The form's accessible name; `undefined` if the page has a single form. */
  name: string | undefined
  /** Its inputs, without hidden ones of ours. */
  fields: FieldView[]
  /** Whether it is the page's only method, whose button is then the main one. */
  alone: boolean
  /** The id of the badge "Last used"; `undefined` for all other methods, and if there is no choice. */
  lastUsed: string | undefined
  /** Whether the page's message is about its fields. */
  faulty: boolean
  /** A second button, which mails a link to the address in the same form. */
  mail?: Pick<SignInMethod, "action" | "submit" | "lastUsed">
  /** Whether its passkeys appear in the autofill list of another form's field. */
  autofill: boolean
  /** The people to choose from. */
  people: PersonView[]
  /** Whether the visitor has just sent its form, which failed. */
  sent: boolean
  /** The texts of the script of its passkeys, by kind, where they are not those in the script. */
  messages: readonly (readonly [kind: string, text: string])[]
}
