import { en, type TextKey } from "../texts/en.js"
import type { Texts } from "../texts/texts.js"
import type { FieldView } from "./field-view.js"
import type { ProviderView } from "./provider-view.js"
import type { SignInMethod } from "./sign-in-method.js"

/**
 * Returns the form that creates an account from an address and a new passkey. There is none if the app can send mail:
 * the address must then be verified by mail first, and the passkey is added afterwards.
 *
 * @param options `mails` is whether the app can send mail
 */
export function toPasskeySignUp(
  provider: ProviderView,
  signIn: SignInMethod,
  { mails, context: { t } }: { mails: boolean; context: Pick<Texts, "t"> },
): SignInMethod | undefined {
  if (provider.type !== "webauthn" || mails || provider.fields.length === 0) return undefined
  return {
    ...signIn,
    kind: "passkey-sign-up",
    name: t("signIn.newAccount"),
    fields: provider.fields.map(withoutAutofill),
    submit:
      provider.label === t("provider.passkey")
        ? t("signIn.createPasskey")
        : t("signIn.signUpWith", { provider: provider.label }),
  }
}

/** A visitor who signs up has no passkey to offer. */
function withoutAutofill(field: FieldView): FieldView {
  return withAttribute(field, "autocomplete", (value) => value.replace(/\s*\bwebauthn\b/, "") || "off")
}

/** Lets browsers offer passkeys in the autofill list of the first field for a user name or address. */
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

const SCRIPT_KEYS = Object.keys(en).filter((key): key is TextKey & `passkey.${string}` =>
  key.startsWith("passkey."),
)

/** Returns the texts of views/assets/passkey.js that differ from those in the script, which are English. */
export function scriptMessages({ t }: Pick<Texts, "t">): [kind: string, text: string][] {
  return SCRIPT_KEYS.flatMap((key) => {
    const text = t(key)
    return text === en[key] ? [] : [[key.slice("passkey.".length), text]]
  })
}
