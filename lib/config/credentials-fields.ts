/** A field of a credentials form, as far as it says what is typed there. */
interface Field {
  readonly type?: unknown
  readonly autocomplete?: unknown
}

/** What is a secret, or not a person's to type. */
const never = new Set(["password", "hidden"])

/** Where people type text. */
const texts = new Set(["text", "email", "tel", "number", "search", "url"])

/** Whether what is typed there may not be shown again. */
export function isSecretField(name: string, { type, autocomplete }: Field): boolean {
  const kind = String(type ?? name).toLowerCase()
  return (
    never.has(kind) || /passw|passphrase|secret|\bpin\b|otp|one-time/i.test(`${name} ${autocomplete ?? ""}`)
  )
}

/**
 * Finds the fields in which people say who they are: those that browsers fill in as such, and those that are named so; or
 * else the first for text.
 */
export function findNameFields(fields: Readonly<Record<string, Field>>): string[] {
  const open = Object.entries(fields)
    .map(([name, field]) => ({ name, ...field }))
    .filter((field) => !isSecretField(field.name, field) && isText(field))
  const found = open.filter(saysName)
  return (found.length > 0 ? found : open.slice(0, 1)).map(({ name }) => name)
}

/** What a form says about its own field counts for more than the field's name: `autocomplete="organization"`. */
function saysName({ name, autocomplete }: Field & { readonly name: string }): boolean {
  const filledIn = String(autocomplete ?? "").replace(/\b(?:on|off)\b/gi, "")
  return filledIn.trim() === ""
    ? /user|login|mail|phone|account|member/i.test(name)
    : /\b(?:username|email|tel)\b/i.test(filledIn)
}

function isText({ type }: Field): boolean {
  return type === undefined || texts.has(String(type).toLowerCase())
}
