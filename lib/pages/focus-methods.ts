import type { ProviderView } from "./provider-view.js"
import type { SignInInput } from "./sign-in-input.js"
import type { SignInMessage } from "./sign-in-message.js"
import type { SignInMethod } from "./sign-in-method.js"

/**
 * Leaves out all forms but one and that which shares its address field: the form sent last, that which the message is
 * about, the one used last, or else the first. Buttons stay.
 *
 * @param target the type of provider that the page's message is about
 * @returns the providers to show, in the same order
 */
export function focusOnOneForm(
  providers: ProviderView[],
  { typed, lastUsed }: Pick<SignInInput, "typed" | "lastUsed">,
  target: SignInMessage["target"],
): ProviderView[] {
  const forms = inOrder(providers.filter(isForm))
  const first =
    forms.find(({ id }) => id === typed?.provider) ??
    forms.find(({ type }) => type === target) ??
    forms.find(({ id }) => id === lastUsed) ??
    forms[0]
  const shared = sharedOf(providers)
  const kept = shared && first && shared.includes(first) ? shared : [first]
  return providers.filter((provider) => !isForm(provider) || kept.includes(provider))
}

function isForm({ type }: ProviderView): boolean {
  return type === "email" || type === "credentials"
}

function inOrder(forms: ProviderView[]): ProviderView[] {
  return ["email", "credentials"].flatMap((kind) => forms.filter(({ type }) => type === kind))
}

/**
 * Returns the e-mail provider and the credentials provider whose forms can be one, because both ask for the address of
 * the same person: there is one of each, and the second asks for nothing but `email` and `password`.
 */
function sharedOf(providers: ProviderView[]): [mail: ProviderView, password: ProviderView] | undefined {
  const mailers = providers.filter(({ type }) => type === "email")
  const [mail] = mailers
  const passwords = providers.filter(({ type, fields }) => type === "credentials" && isOfAddress(fields))
  const [password] = passwords
  return mail && password && mailers.length + passwords.length === 2 ? [mail, password] : undefined
}

function isOfAddress(fields: ProviderView["fields"]): boolean {
  const names = fields.map(({ name }) => name)
  return names.includes("email") && names.includes("password")
}

/**
 * Joins the form for a mail to that for a password with the same address: a second button has a link mailed instead.
 *
 * @param methods one for each provider, in the same order
 */
export function shareAddressField(providers: ProviderView[], methods: SignInMethod[]): SignInMethod[] {
  const shared = sharedOf(providers)
  if (!shared) return methods
  const [mail, password] = shared.map((provider) => methods[providers.indexOf(provider)])
  if (!mail || !password) return methods
  return methods.flatMap((method) => {
    if (method === mail) return []
    return method === password ? [joinForms(mail, password)] : [method]
  })
}

/** What was typed into either form stays in the address field. A message about the mail is about that field alone. */
function joinForms(mail: SignInMethod, password: SignInMethod): SignInMethod {
  const [address] = mail.fields
  const fields = password.fields.map((field) =>
    field.name === "email" && address && !hasValue(field)
      ? { ...field, type: "email", attributes: mergeAttributes(field.attributes, address.attributes) }
      : field,
  )
  return {
    ...password,
    fields: mail.faulty
      ? fields.map((field) => ({ ...field, isUnaffected: field.name !== "email" }))
      : fields,
    faulty: password.faulty || mail.faulty,
    mail: { action: mail.action, submit: mail.submit, lastUsed: mail.lastUsed },
  }
}

type Attributes = SignInMethod["fields"][number]["attributes"]

function mergeAttributes(own: Attributes, other: Attributes): Attributes {
  return [...new Map([...other, ...own])]
}

function hasValue({ attributes }: SignInMethod["fields"][number]): boolean {
  return attributes.some(([name, value]) => name === "value" && value !== "")
}

const typeable = new Set(["text", "email", "tel", "url", "number", "password"])

/** Scrolling past more than these to a field would hide them. */
const maxButtons = 3

/** Puts the cursor into the field that is wrong or else the first empty one, unless many buttons come before it. */
export function focusFirstField(groups: SignInMethod[][]): SignInMethod[][] {
  const methods = groups.flat()
  const form = methods.find(({ kind }) => kind === "form")
  const before = methods.slice(0, form ? methods.indexOf(form) : 0)
  const fields = form?.fields.filter(({ type }) => typeable.has(type)) ?? []
  const field =
    fields.find(({ isUnaffected }) => isUnaffected === false) ??
    fields.find((one) => !hasValue(one)) ??
    fields[0]
  if (!form || !field || before.length > maxButtons) return groups
  const focused = { ...field, attributes: [...field.attributes, ["autofocus", ""]] as Attributes }
  const changed = { ...form, fields: form.fields.map((one) => (one === field ? focused : one)) }
  return groups.map((group) => group.map((method) => (method === form ? changed : method)))
}
