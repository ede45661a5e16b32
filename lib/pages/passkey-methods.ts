import type { FieldView } from "./field-view.js"
import type { ProviderView } from "./provider-view.js"
import type { SignInMethod } from "./sign-in-method.js"

/**
 * The form that makes an account of an address and a new passkey. There is none where mail can be sent: then the address
 * is proven by mail first, and the passkey added afterwards.
 */
export function toPasskeySignUp(
  provider: ProviderView,
  signIn: SignInMethod,
  mails: boolean,
): SignInMethod | undefined {
  if (provider.type !== "webauthn" || mails || provider.fields.length === 0) return undefined
  return {
    ...signIn,
    kind: "passkey-sign-up",
    name: "New account",
    fields: provider.fields.map(withoutAutofill),
    submit: provider.label === "a passkey" ? "Create a passkey" : `Sign up with ${provider.label}`,
  }
}

/** Who signs up has no passkey to be offered. */
function withoutAutofill(field: FieldView): FieldView {
  return withAttribute(field, "autocomplete", (value) => value.replace(/\s*\bwebauthn\b/, "") || "off")
}

/**
 * Lets browsers offer passkeys in the list of the first field that takes a user name or an address.
 *
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#attr-fe-autocomplete-webauthn
 */
export function offerPasskeys(methods: SignInMethod[]): SignInMethod[] {
  const form = methods.find((method) => method.kind === "form" && method.fields.some(isUserName))
  const field = form?.fields.find(isUserName)
  if (!form || !field) return methods
  const offering = withAttribute(field, "autocomplete", () => "username webauthn")
  const changed = { ...form, fields: form.fields.map((one) => (one === field ? offering : one)) }
  return methods.map((method) => (method === form ? changed : method))
}

function isUserName({ attributes }: FieldView): boolean {
  return attributes.some(
    ([name, value]) => name === "autocomplete" && /^(?:username|email)(?: webauthn)?$/.test(value),
  )
}

function withAttribute(field: FieldView, name: string, change: (value: string) => string): FieldView {
  const attributes = field.attributes.map(([other, value]): [string, string] => [
    other,
    other === name ? change(value) : value,
  ])
  return { ...field, attributes }
}
