/** A field in the summary of a form. */
export interface SummaryRow {
  /** The field's name, spelled as words. */
  label: string
  /** The value; absent if it may be secret. */
  value?: string
}

/** The summary of a form, as shown to the user who filled it in. */
export interface FormSummary {
  /** The first 20 fields. */
  rows: SummaryRow[]
  /** How many more fields there are. */
  more: number
}

const maxRows = 20
const maxValueLength = 200
const maxLabelLength = 60

/** Fields that frameworks add, rather than the user. */
const technical = /^_|csrf|xsrf|authenticity_token|^utf8$/i
/** Deliberately broad: hiding a value does little harm, showing a password does. */
const secret =
  /pass|pwd|secret|token|\bpin\b|\botp\b|one time|^code$|(?:secur|verif|auth|access|sms)\w* code|\bcv[cv]\b|card|\bssn\b/

/**
 * Summarises a form for the user who filled it in. Labels are derived from the fields' names, the only description
 * there is. Leaves out secret values, empty values and fields that frameworks add.
 */
export function summarizeForm(fields: readonly (readonly [name: string, value: string])[]): FormSummary {
  const visible = fields.filter(([name, value]) => !technical.test(name) && value !== "")
  return { rows: visible.slice(0, maxRows).map(toRow), more: Math.max(0, visible.length - maxRows) }
}

function toRow([name, value]: readonly [name: string, value: string]): SummaryRow {
  const words = toWords(name)
  const label = shorten(words.charAt(0).toUpperCase() + words.slice(1), maxLabelLength)
  return secret.test(words.toLowerCase()) ? { label } : { label, value: shorten(value, maxValueLength) }
}

/** Spells `to_account`, `toAccount` and `to[account]` as "to account". */
function toWords(name: string): string {
  const spaced = name
    .replace(/([a-z\d])([A-Z])(?=[a-z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`)
    .replace(/[\s[\]_.-]+/g, " ")
  return spaced.trim() || name
}

/** Cuts between code points, never inside one. */
function shorten(text: string, length: number): string {
  const characters = Array.from(text)
  return characters.length > length ? `${characters.slice(0, length).join("")}…` : text
}
