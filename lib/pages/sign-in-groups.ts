import type { FieldView } from "./field-view.js"
import { focusFirstField, shareAddressField } from "./focus-methods.js"
import type { PageContext } from "./page-context.js"
import { offerPasskeys, scriptMessages, toPasskeySignUp } from "./passkey-methods.js"
import type { ProviderView } from "./provider-view.js"
import type { SignInInput } from "./sign-in-input.js"
import type { SignInMessage } from "./sign-in-message.js"
import type { SignInMethod } from "./sign-in-method.js"

/** Options of {@link toSignInGroups}. */
export interface SignInGroupOptions {
  /** The page's request. */
  context: PageContext
  /** The parts of the sign-in page that its forms depend on. */
  page: Pick<SignInInput, "callbackUrl" | "email" | "typed" | "error" | "code" | "hints" | "lastUsed">
  /** The message above the forms. */
  message: SignInMessage | undefined
  /** Whether the page shows a single provider. */
  alone: boolean
  /** Whether the page puts the cursor into a field. */
  focuses: boolean
  /** Whether the app has an e-mail provider, even if this page does not show it. */
  mails: boolean
}

/**
 * Groups the ways to sign in as the page shows them, separated by "or": all buttons together, then each form, then each
 * way to sign up.
 */
export function toSignInGroups(providers: ProviderView[], options: SignInGroupOptions): SignInMethod[][] {
  const named =
    providers.filter((provider) => provider.type === "email" || provider.type === "credentials").length > 1
  const own = providers.map((provider) => toMethod(provider, options, named))
  const signUps = providers.flatMap(
    (provider, i) => toPasskeySignUp(provider, own[i] as SignInMethod, options) ?? [],
  )
  const plain = shareAddressField(providers, own)
  const methods = plain.some(({ autofill }) => autofill) ? offerPasskeys(plain) : plain
  const of = (kind: SignInMethod["kind"]) => methods.filter((method) => method.kind === kind)
  const forms = [...of("form")].sort((a, b) => Number(b.isMail) - Number(a.isMail))
  const groups = [
    [...of("button"), ...of("passkey")],
    ...[...forms, ...signUps, ...of("people")].map((form) => [form]),
  ]
  const present = groups.filter((group) => group.length > 0)
  return options.focuses ? focusFirstField(present) : present
}

/** Makes an OpenID provider prompt the user even with a session there, and report when the user authenticated. */
const forcePrompt = { prompt: "login", max_age: "60" }

/** The reasons for a fresh sign-in: `code` beside `error=SessionRequired`. */
const stepUpCodes: ReadonlySet<string | undefined> = new Set(["fresh", "reauthenticate", "unproven"])

/** Whether the visitor is signed in and has to confirm that it is still them. */
export function isStepUp({ error, code }: Pick<SignInGroupOptions["page"], "error" | "code">): boolean {
  return error === "SessionRequired" && stepUpCodes.has(code)
}

function toQuery({ type }: ProviderView, page: SignInGroupOptions["page"]): string {
  if (type !== "oauth" && type !== "oidc") return ""
  const query = { ...page.hints, ...(type === "oidc" && isStepUp(page) && forcePrompt) }
  return Object.keys(query).length === 0 ? "" : `?${new URLSearchParams(query)}`
}

function toMethod(provider: ProviderView, options: SignInGroupOptions, named: boolean): SignInMethod {
  const { context, page, message, alone } = options
  return {
    kind: getKind(provider),
    isMail: provider.type === "email",
    id: provider.id,
    action: context.basePath + provider.path + toQuery(provider, page),
    csrfToken: context.csrfToken,
    callbackUrl: page.callbackUrl,
    icon: provider.icon,
    submit: getSubmit(provider, options),
    name: named ? provider.label : undefined,
    fields: fillFields(provider, page),
    alone,
    lastUsed: !alone && page.lastUsed === provider.id ? "last-used" : undefined,
    faulty: message?.target === provider.type && (!page.typed || page.typed.provider === provider.id),
    autofill: provider.autofill,
    people: provider.people,
    sent: page.typed?.provider === provider.id,
    messages: provider.type === "webauthn" ? scriptMessages(context) : [],
  }
}

function getKind({ type }: ProviderView): SignInMethod["kind"] {
  if (type === "webauthn") return "passkey"
  if (type === "people") return "people"
  return type === "email" || type === "credentials" ? "form" : "button"
}

function getSubmit(provider: ProviderView, { alone, context: { t } }: SignInGroupOptions): string {
  const { label, type, continueWith } = provider
  if (type === "credentials")
    return label === "Credentials" ? t("action.signIn") : t("signIn.with", { provider: label })
  if (!alone || type === "webauthn") return continueWith
  return type === "email" ? t("action.continue") : t("signIn.toProvider", { provider: label })
}

/**
 * Prefills fields: what was typed wins over the e-mail address in the page's URL, and that over the field's own value.
 */
function fillFields(provider: ProviderView, { email, typed }: SignInGroupOptions["page"]): FieldView[] {
  const values = typed?.provider === provider.id ? typed.values : undefined
  const named =
    provider.type === "email" ? provider.fields.map((field) => fillIn(field, email)) : provider.fields
  if (!values) return named
  return named.map((field) => {
    const value = Object.hasOwn(values, field.name) ? values[field.name] : undefined
    return field.type === "checkbox" ? check(field, value !== undefined) : fillIn(field, value)
  })
}

function check(field: FieldView, isChecked: boolean): FieldView {
  const others = field.attributes.filter(([name]) => name !== "checked")
  return { ...field, attributes: isChecked ? [...others, ["checked", ""]] : others }
}

function fillIn(field: FieldView, value: string | undefined): FieldView {
  if (!value) return field
  const others = field.attributes.filter(([name]) => name !== "value")
  return { ...field, attributes: [...others, ["value", value]] }
}
