/** A plugin of markdown-it. Has Vue leave inline code alone, where `{{name}}` belongs to another template language. */
export function keepBraces(markdown) {
  markdown.core.ruler.push("keep_braces", ({ tokens }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? []))
      if (token.type === "code_inline") token.attrSet("v-pre", "")
  })
}
