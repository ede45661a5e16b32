/**
 * A field of a credentials form, as in Auth.js's `credentials` option. Known attributes of inputs (`minlength`,
 * `pattern`, `inputmode`, …) are kept; `style`, `class`, `id`, `name`, `on…` and unknown ones are dropped.
 */
export interface PageField {
  /** The label. @default the field's key */
  label?: string
  /** The input's type. @default "password" for the key `password`, else "text" */
  type?: string
  /** The input's placeholder. */
  placeholder?: string
  /** The autofill hint. @default derived from the keys `username`, `email` and `password` */
  autocomplete?: string
  /** Whether the browser requires a value. @default false */
  required?: boolean
  /** The initial value. */
  value?: string
  /** Any other attribute of an input; `true` is written without a value. */
  [attribute: string]: unknown
}

/** A person to sign in as. */
export interface PagePerson {
  /** Posted as `person`. */
  readonly id: string
  /** The display name. */
  readonly name: string
  /** What tells the person from others, in a line. */
  readonly about: string
}

/** A provider as the sign-in page shows it. Pass the same objects every time: values derived from them are cached. */
export interface PageProvider {
  /** The provider's id. */
  id: string
  /** The provider's display name. */
  name: string
  /** The kind of sign-in, which decides between a button and a form. */
  type: "oauth" | "oidc" | "email" | "credentials" | "webauthn" | "people"
  /** Auth.js's provider style: `logo` is a path on this site; `bg` and `text` colour the square with initials. */
  style?: { logo?: string; brandColor?: string; bg?: string; text?: string }
  /** The fields of a credentials form, or of a passkey provider's sign-up form, by name. */
  fields?: Record<string, PageField>
  /** The people to choose from, above the form to describe another one, if the type is `"people"`. */
  people?: readonly PagePerson[]
  /** Whether browsers offer passkeys in the autofill list of a user name or e-mail field. @default false */
  autofill?: boolean
}
