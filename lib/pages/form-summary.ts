/** A field as the page that asks about a form shows it. */
export interface SummaryRow {
  label: string
  /** What was filled in; absent where it is nobody's to read on a screen. */
  value?: string
}

/** What people are shown of a form they filled in. */
export interface FormSummary {
  rows: SummaryRow[]
  /** How many fields there are besides. */
  more: number
}

const maxRows = 20
const maxValueLength = 200
const maxLabelLength = 60

/** Fields that pages add and nobody filled in. */
const technical = /^_|csrf|xsrf|authenticity_token|^utf8$/i
/** Showing too little is a pity, showing a password is a fault. */
const secret =
  /pass|pwd|secret|token|\bpin\b|\botp\b|one time|^code$|(?:secur|verif|auth|access|sms)\w* code|\bcv[cv]\b|card|\bssn\b/

/**
 * Sums up a form for the person who filled it in. Only names are known of its fields, so those become their labels;
 * values of secrets stay out, as do fields that only machines read.
 */
export function summarizeForm(fields: readonly (readonly [name: string, value: string])[]): FormSummary {
  const known = fields.filter(([name, value]) => !technical.test(name) && value !== "")
  return { rows: known.slice(0, maxRows).map(toRow), more: Math.max(0, known.length - maxRows) }
}

function toRow([name, value]: readonly [name: string, value: string]): SummaryRow {
  const words = toWords(name)
  const label = shorten(words.charAt(0).toUpperCase() + words.slice(1), maxLabelLength)
  return secret.test(words.toLowerCase()) ? { label } : { label, value: shorten(value, maxValueLength) }
}

/** `to_account`, `toAccount` and `to[account]` are "to account". */
function toWords(name: string): string {
  const spaced = name
    .replace(/([a-z\d])([A-Z])(?=[a-z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`)
    .replace(/[\s[\]_.-]+/g, " ")
  return spaced.trim() || name
}

/** By characters, never within one. */
function shorten(text: string, length: number): string {
  const characters = Array.from(text)
  return characters.length > length ? `${characters.slice(0, length).join("")}…` : text
}
