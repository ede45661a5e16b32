/** An element of a rendered page, with its attributes unescaped. */
export interface Element {
  tag: string
  attributes: Map<string, string>
  /** The tags around it, outermost first. */
  path: string[]
}

const VOID = new Set(["input", "wbr", "link", "meta", "img", "path", "rect", "circle"])
const TOKEN =
  /<!doctype html>|<\/(?<close>[a-z0-9]+)>|<(?<tag>[a-z0-9]+)(?<attributes>(?:\s+[^\s<>="'/]+(?:="[^"<>]*")?)*)\s*\/?>|(?<words>[^<]+)/y
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", "#34": '"', "#39": "'" }

/**
 * Parses the small, tidy HTML that our templates write and throws at anything else: a stray "<", an attribute without
 * quotes, a tag that is not closed, a duplicate attribute, a raw "&".
 */
export function parseHtml(html: string): { elements: Element[]; text: string } {
  const elements: Element[] = []
  const open: string[] = []
  let text = ""
  for (const { close, tag, attributes = "", words = "" } of tokenize(html)) {
    text += unescapeHtml(words)
    if (close && open.pop() !== close) throw new SyntaxError(`Unexpected </${close}>`)
    if (!tag) continue
    elements.push({ tag, attributes: parseAttributes(attributes), path: [...open] })
    if (!VOID.has(tag)) open.push(tag)
  }
  if (open.length > 0) throw new SyntaxError(`Left open: ${open.join(" ")}`)
  return { elements, text: text.replace(/\s+/g, " ").trim() }
}

function* tokenize(html: string): Generator<Partial<Record<string, string>>> {
  for (let at = 0; at < html.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(html)
    if (!match) throw new SyntaxError(`Not tidy at ${at}: ${html.slice(at, at + 80)}`)
    const end = TOKEN.lastIndex
    yield match.groups ?? {}
    TOKEN.lastIndex = end
  }
}

function parseAttributes(source: string): Map<string, string> {
  const attributes = new Map<string, string>()
  for (const [, name = "", value = ""] of source.matchAll(/([^\s="]+)(?:="([^"]*)")?/g)) {
    if (attributes.has(name)) throw new SyntaxError(`Attribute ${name} stands twice in ${source}`)
    attributes.set(name, unescapeHtml(value))
  }
  return attributes
}

function unescapeHtml(text: string): string {
  return text.replace(/&(#?\w+;)?/g, (entity, name: string | undefined) => {
    const character = name && ENTITIES[name.slice(0, -1)]
    if (!character) throw new SyntaxError(`Raw "&" in ${text}`)
    return entity && character
  })
}
