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
 * The field in which people say who they are: the one that browsers fill in as such, or else the first that is named like
 * one, or else the first for text.
 */
export function findNameField(fields: Readonly<Record<string, Field>>): string | undefined {
  const open = Object.entries(fields)
    .map(([name, field]) => ({ name, ...field }))
    .filter((field) => !isSecretField(field.name, field) && isText(field))
  const found =
    open.find(({ autocomplete }) => /\b(?:username|email|tel)\b/i.test(String(autocomplete))) ??
    open.find(({ name }) => /user|login|mail|phone|account|member/i.test(name)) ??
    open[0]
  return found?.name
}

function isText({ type }: Field): boolean {
  return type === undefined || texts.has(String(type).toLowerCase())
}
