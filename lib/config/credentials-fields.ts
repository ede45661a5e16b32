/** The attributes of a field of a credentials form that tell what it is for. */
interface Field {
  readonly type?: unknown
  readonly autocomplete?: unknown
}

/** Types of fields whose value must not be displayed, or that the user does not fill in. */
const secretTypes = new Set(["password", "hidden"])

/** Types of fields for a line of text. */
const textTypes = new Set(["text", "email", "tel", "number", "search", "url"])

/** Whether the value of a field must not be displayed again, such as a password or a one-time code. */
export function isSecretField(name: string, { type, autocomplete }: Field): boolean {
  const kind = String(type ?? name).toLowerCase()
  return (
    secretTypes.has(kind) ||
    /passw|passphrase|secret|\bpin\b|otp|one-time/i.test(`${name} ${autocomplete ?? ""}`)
  )
}

/**
 * Returns the names of the fields that identify the user, such as `username` or `email`: by their `autocomplete`
 * attribute or their name, else the first text field.
 */
export function findNameFields(fields: Readonly<Record<string, Field>>): string[] {
  const candidates = Object.entries(fields)
    .map(([name, field]) => ({ name, ...field }))
    .filter((field) => !isSecretField(field.name, field) && isText(field))
  const found = candidates.filter(identifiesUser)
  return (found.length > 0 ? found : candidates.slice(0, 1)).map(({ name }) => name)
}

/** Returns the names in a form, from every field that may hold one: `authorize` may read any of them. */
export function readNames(
  fields: Parameters<typeof findNameFields>[0],
  body: Readonly<Record<string, unknown>>,
): string[] {
  return findNameFields(fields)
    .flatMap((field) => (Object.hasOwn(body, field) ? body[field] : []))
    .map((value) => String(value ?? ""))
    .filter((text) => text !== "")
}

/** `autocomplete` takes precedence over the field's name, e.g. `autocomplete="organization"` on a field `account`. */
function identifiesUser({ name, autocomplete }: Field & { readonly name: string }): boolean {
  const purpose = String(autocomplete ?? "").replace(/\b(?:on|off)\b/gi, "")
  return purpose.trim() === ""
    ? /user|login|mail|phone|account|member/i.test(name)
    : /\b(?:username|email|tel)\b/i.test(purpose)
}

function isText({ type }: Field): boolean {
  return type === undefined || textTypes.has(String(type).toLowerCase())
}
