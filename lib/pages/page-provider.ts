/**
 * One field of a credentials form, as Auth.js's `credentials` option writes it. Attributes that an input knows
 * (`minlength`, `pattern`, `inputmode`, …) are kept; `style`, `class`, `id`, `name`, `on…` and unknown ones are not.
 */
export interface PageField {
  /** @default the field's key */
  label?: string
  /** @default "password" for the key `password`, else "text" */
  type?: string
  placeholder?: string
  autocomplete?: string
  required?: boolean
  value?: string
  [attribute: string]: unknown
}

/** A provider as the sign-in page shows it. Keep the objects: what is derived from one is computed once. */
export interface PageProvider {
  id: string
  name: string
  type: "oauth" | "oidc" | "email" | "credentials" | "webauthn"
  /** Auth.js's provider style: `logo` is a path on this site; `bg` and `text` paint the square of initials. */
  style?: { logo?: string; brandColor?: string; bg?: string; text?: string }
  /** The fields of a credentials form, or of a passkey provider's sign-up form, by name. */
  fields?: Record<string, PageField>
  /** Whether passkeys are offered in the list that a browser shows for a user name or email field. */
  autofill?: boolean
}
