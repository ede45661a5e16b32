import late from "./load-late.cjs"

/** The values of a text's placeholders, by name. */
export type TextValues = Readonly<Record<string, string | number | Date>>

/** A part of a text with tags. */
export interface TextPart {
  /** The text, not escaped. */
  readonly text: string
  /** The tag around it; absent between tags. */
  readonly tag?: string
}

/** A parsed text. */
export interface Message {
  /** Inserts values, which must contain one for each placeholder. */
  format(values: TextValues): readonly TextPart[]
  /** The names of its placeholders and tags, and the plural forms that it lists by the placeholder's name. */
  readonly uses: MessageUses
}

/** What a text refers to. */
export interface MessageUses {
  /** The names of placeholders. */
  readonly values: ReadonlySet<string>
  /** The names of tags. */
  readonly tags: ReadonlySet<string>
  /** Each plural placeholder with the forms listed, e.g. `one` and `other`. */
  readonly plurals: readonly { readonly name: string; readonly forms: readonly string[] }[]
}

/**
 * Parses a text in ICU MessageFormat.
 *
 * @param locale decides plural forms and the format of numbers and dates. Digits are always 0 to 9, as those of the codes
 * that users compare and type.
 * @param hasTags whether `<b>` is a tag; otherwise it is plain text
 * @throws {SyntaxError} if the text is malformed
 */
export function parseMessage(pattern: string, locale: string, hasTags: boolean): Message {
  const MessageFormat = late.loadMessageFormat()
  const message = new MessageFormat(pattern, `${locale}-u-nu-latn`, undefined, { ignoreTag: !hasTags })
  const uses = usesOf(message.getAst())
  const tags = Object.fromEntries(
    [...uses.tags].map((tag) => [tag, (chunks: Chunk[]) => toTagged(tag, chunks)]),
  )
  const insert = (values: TextValues) => toParts(message.format<TextPart>({ ...values, ...tags }))
  const constant = uses.values.size === 0 ? insert({}) : undefined
  return { uses, format: (values) => constant ?? insert(values) }
}

type Chunk = string | TextPart
type Element = ReturnType<InstanceType<ReturnType<typeof late.loadMessageFormat>>["getAst"]>[number]

function toTagged(tag: string, chunks: readonly Chunk[]): TextPart {
  return {
    tag,
    text: chunks.map((chunk) => (typeof chunk === "object" ? chunk.text : String(chunk))).join(""),
  }
}

function toParts(formatted: Chunk | Chunk[]): TextPart[] {
  return [formatted].flat().map((chunk) => (typeof chunk === "object" ? chunk : { text: String(chunk) }))
}

function usesOf(elements: readonly Element[]): MessageUses {
  const all = [...walk(elements)]
  const placeholders = all.filter((element) => !isLiteral(element) && !isTag(element))
  const plurals = all.filter((element) => "pluralType" in element)
  return {
    values: new Set(placeholders.map(nameOf)),
    tags: new Set(all.filter(isTag).map(nameOf)),
    plurals: plurals.map((plural) => ({ name: nameOf(plural), forms: Object.keys(plural.options) })),
  }
}

/** Visits elements and those inside their tags and forms. */
function* walk(elements: readonly Element[]): Iterable<Element> {
  for (const element of elements) {
    yield element
    if (isTag(element)) yield* walk(element.children)
    if ("options" in element) for (const { value } of Object.values(element.options)) yield* walk(value)
  }
}

/** Literal text, or `#` in a plural form. */
function isLiteral(element: Element): boolean {
  return element.type === 0 || element.type === 7
}

function isTag(element: Element): element is Extract<Element, { children: unknown }> {
  return "children" in element
}

function nameOf(element: Element): string {
  return "value" in element ? String(element.value) : ""
}
