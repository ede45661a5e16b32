import type { TextKey } from "../texts/en.js"
import type { Texts } from "../texts/texts.js"
import { type FieldView, toFieldView } from "./field-view.js"
import type { PageField, PagePerson, PageProvider } from "./page-provider.js"
import { getProviderIcon, type ProviderIcon } from "./provider-icon.js"

/** What the sign-in page derives from a provider alone. */
export interface ProviderView {
  /** The provider's id. */
  id: string
  /** The display name. */
  label: string
  /** The text of its button among others, e.g. "Continue with GitHub". */
  continueWith: string
  /** The kind of sign-in. */
  type: PageProvider["type"]
  /** The icon on its button. */
  icon: ProviderIcon
  /** The form's action, relative to the base path. */
  path: string
  /** The form's inputs; empty for OAuth providers. */
  fields: FieldView[]
  /** Whether its passkeys appear in the autofill list of another form's field. */
  autofill: boolean
  /** The people to choose from. */
  people: PersonView[]
}

/** A person as a button. */
export interface PersonView extends PagePerson {
  /** The icon on the button. */
  icon: ProviderIcon
}

const EMAIL: PageField = {
  type: "email",
  autocomplete: "email",
  autocapitalize: "none",
  spellcheck: "false",
  required: true,
}

const views = new WeakMap<Texts["t"], WeakMap<PageProvider, ProviderView>>()

/**
 * Derives the views of providers, cached per language and provider object.
 *
 * @returns one view per provider, in the same order
 */
export function toProviderViews(providers: PageProvider[], { t }: Pick<Texts, "t">): ProviderView[] {
  const mailers = providers.filter((provider) => provider.type === "email").length
  return providers.map((provider) => {
    const view = toProviderView(provider, t)
    // Visitors think of an e-mail address, not of "Nodemailer".
    const isOnlyMailer = mailers === 1 && view.type === "email"
    return isOnlyMailer ? { ...view, label: t("provider.email"), continueWith: t("signIn.withEmail") } : view
  })
}

function toProviderView(provider: PageProvider, t: Texts["t"]): ProviderView {
  const inLanguage = views.get(t) ?? new WeakMap<PageProvider, ProviderView>()
  views.set(t, inLanguage)
  const view = inLanguage.get(provider) ?? createProviderView(provider, t)
  inLanguage.set(provider, view)
  return view
}

function createProviderView(provider: PageProvider, t: Texts["t"]): ProviderView {
  const { id, name, type } = provider
  const posts = type === "oauth" || type === "oidc" || type === "email" ? "signin" : "callback"
  const isPasskey = type === "webauthn" && name === "Passkey"
  return {
    id,
    label: isPasskey ? t("provider.passkey") : name,
    continueWith: isPasskey ? t("signIn.withPasskey") : continueWith(provider, t),
    type,
    icon: getProviderIcon(provider),
    path: `/${posts}/${encodeURIComponent(id)}`,
    fields: getFields(provider, t).map(([key, field]) => toFieldView(id, key, field)),
    autofill: type === "webauthn" && provider.autofill === true,
    people: (provider.people ?? []).map(toPersonView),
  }
}

/** Development sign-in is no service with which one could continue. */
function continueWith({ type, name }: PageProvider, t: Texts["t"]): string {
  return type === "people" ? name : t("signIn.withProvider", { provider: name })
}

function toPersonView({ id, name, about }: PagePerson): PersonView {
  return { id, name, about, icon: getProviderIcon({ id: "", name, type: "people" }) }
}

function getFields({ type, fields = {} }: PageProvider, t: Texts["t"]): [string, PageField][] {
  const email = { ...EMAIL, label: t("field.email"), placeholder: t("field.emailExample") }
  if (type === "email") return [["email", { ...email, ...fields.email }]]
  if (type === "oauth" || type === "oidc") return []
  return Object.entries(fields).map(([key, field]) => [key, withLabel(key, field, t)])
}

/** Fields that apps often leave without a label. */
const LABELS: ReadonlyMap<string, TextKey> = new Map<string, TextKey>([
  ["username", "field.username"],
  ["email", "field.emailShort"],
  ["password", "field.password"],
])

function withLabel(key: string, field: PageField, t: Texts["t"]): PageField {
  const label = LABELS.get(key)
  return label && !field.label ? { ...field, label: t(label) } : field
}
