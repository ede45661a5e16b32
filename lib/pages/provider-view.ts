import { type FieldView, toFieldView } from "./field-view.js"
import type { PageField, PagePerson, PageProvider } from "./page-provider.js"
import { getProviderIcon, type ProviderIcon } from "./provider-icon.js"

/** What the sign-in page derives from a provider alone. */
export interface ProviderView {
  /** The provider's id. */
  id: string
  /** The name as used in a sentence. */
  label: string
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
  label: "Email address",
  type: "email",
  placeholder: "you@example.com",
  autocomplete: "email",
  autocapitalize: "none",
  spellcheck: "false",
  required: true,
}

const views = new WeakMap<PageProvider, ProviderView>()

/**
 * Derives the views of providers, cached per provider object.
 *
 * @returns one view per provider, in the same order
 */
export function toProviderViews(providers: PageProvider[]): ProviderView[] {
  const mailers = providers.filter((provider) => provider.type === "email").length
  return providers.map((provider) => {
    const view = toProviderView(provider)
    // Visitors think of an e-mail address, not of "Nodemailer".
    return mailers === 1 && view.type === "email" ? { ...view, label: "email" } : view
  })
}

function toProviderView(provider: PageProvider): ProviderView {
  const known = views.get(provider)
  if (known) return known
  const { id, name, type } = provider
  const posts = type === "oauth" || type === "oidc" || type === "email" ? "signin" : "callback"
  const view: ProviderView = {
    id,
    label: type === "webauthn" && name === "Passkey" ? "a passkey" : name,
    type,
    icon: getProviderIcon(provider),
    path: `/${posts}/${encodeURIComponent(id)}`,
    fields: getFields(provider).map(([key, field]) => toFieldView(id, key, field)),
    autofill: type === "webauthn" && provider.autofill === true,
    people: (provider.people ?? []).map(toPersonView),
  }
  views.set(provider, view)
  return view
}

function toPersonView({ id, name, about }: PagePerson): PersonView {
  return { id, name, about, icon: getProviderIcon({ id: "", name, type: "people" }) }
}

function getFields({ type, fields = {} }: PageProvider): [string, PageField][] {
  if (type === "email") return [["email", { ...EMAIL, ...fields.email }]]
  return type === "oauth" || type === "oidc" ? [] : Object.entries(fields)
}
