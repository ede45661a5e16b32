import type { PageField } from "./page-provider.js"

/** A labelled input, as views/partials/field.ejs expects it. */
export interface FieldView {
  /** The input's id. */
  id: string
  /** The input's name. */
  name: string
  /** The label's text; unused for hidden inputs. */
  label: string
  /** The input's type, from a fixed list. */
  type: string
  /** Other attributes, with names from a fixed list. */
  attributes: [name: string, value: string][]
  /** Whether the message about its form is not about this input. @default false */
  isUnaffected?: boolean
}

const TYPES = new Set([
  ..."text password email tel url number search date time month week datetime-local color range".split(" "),
  ..."checkbox hidden".split(" "),
])

const ATTRIBUTES = new Set([
  ..."placeholder autocomplete autocapitalize autocorrect spellcheck inputmode enterkeyhint dir lang".split(
    " ",
  ),
  ..."required readonly checked value title pattern minlength maxlength min max step".split(" "),
])

const AUTOCOMPLETE: ReadonlyMap<string, string> = new Map([
  ["username", "username"],
  ["email", "email"],
  ["password", "current-password"],
])

/**
 * Converts a field of a credentials provider into an input.
 *
 * Its `id` matches Auth.js: `input-<field>-for-<provider>-provider`.
 *
 * @param name the field's key, under which `authorize` receives the value
 */
export function toFieldView(providerId: string, name: string, field: PageField): FieldView {
  const type = getType(name, field.type)
  return {
    id: `input-${encodeURIComponent(name)}-for-${encodeURIComponent(providerId)}-provider`,
    name,
    label: field.label || toTitle(name),
    type,
    attributes: getAttributes({ ...getAutocomplete(name, type), ...field }),
  }
}

function getType(name: string, type: unknown): string {
  const given = String(type ?? "").toLowerCase()
  if (TYPES.has(given)) return given
  return name === "password" ? "password" : "text"
}

function getAutocomplete(name: string, type: string): PageField {
  const autocomplete = AUTOCOMPLETE.get(name) ?? (type === "password" ? "current-password" : undefined)
  return autocomplete ? { autocomplete } : {}
}

function getAttributes(field: PageField): FieldView["attributes"] {
  const attributes = new Map<string, string>()
  for (const [key, value] of Object.entries(field)) {
    const name = key.toLowerCase()
    if (!ATTRIBUTES.has(name)) continue
    if (value === true) attributes.set(name, "")
    else if (typeof value === "string" || typeof value === "number") attributes.set(name, String(value))
  }
  return [...attributes]
}

function toTitle(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
