import { ConfigError } from "../errors.js"
import { en, type TextKey } from "../texts/en.js"
import { builtInLanguages, canonicalTag, matchLanguage } from "../texts/languages.js"
import { type Message, parseMessage } from "../texts/message.js"
import { hasTags, noOverrides, type TextOverrides } from "../texts/texts.js"
import { findNearest } from "./find-nearest.js"
import type { Logger } from "./logger.js"
import type { ExpressAuthConfig } from "./options.js"

/**
 * Checks the options `locale` and `texts`: languages, keys and every text, which is parsed.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_UNKNOWN_OPTION`; the message names language and key
 */
export function resolveTexts(
  { locale, texts }: Pick<ExpressAuthConfig, "locale" | "texts">,
  logger: Pick<Logger, "warn">,
): { locale: ExpressAuthConfig["locale"]; texts: TextOverrides } {
  const checked = texts === undefined ? noOverrides : checkOnce(texts, logger)
  requireLocale(locale, [...Object.keys(checked), ...builtInLanguages])
  return { locale, texts: checked }
}

function requireLocale(locale: unknown, languages: readonly string[]): void {
  if (locale === undefined || typeof locale === "function") return
  if (typeof locale !== "string")
    throw invalid(`\`locale\` is ${show(locale)}; expected a language such as "de", or a function.`)
  if (!matchLanguage([locale], languages))
    throw invalid(
      `\`locale\` is ${show(locale)}, a language without texts; expected one of ${languages.join(", ")}. Add it with \`texts\`.`,
    )
}

const checkedOf = new WeakMap<object, TextOverrides>()

/** Checks an object once, since a function may return it in a new configuration for each request. */
function checkOnce(texts: object, logger: Pick<Logger, "warn">): TextOverrides {
  const known = texts && checkedOf.get(texts)
  if (known) return known
  const checked = checkTexts(texts, logger)
  checkedOf.set(texts, checked)
  return checked
}

function checkTexts(texts: unknown, logger: Pick<Logger, "warn">): TextOverrides {
  requireObject("texts", texts)
  const checked = Object.entries(texts).map(([name, language]) => {
    const tag = canonicalTag(name)
    if (tag === undefined)
      throw invalid(`\`texts\` has ${show(name)}; expected a language tag such as "de" or "pt-BR".`)
    checkLanguage(name, language)
    warnOfMissing(tag, language, logger)
    return [tag, Object.freeze({ ...language })]
  })
  return Object.freeze(Object.fromEntries(checked))
}

function checkLanguage(language: string, texts: unknown): asserts texts is Partial<Record<TextKey, string>> {
  requireObject(`texts.${language}`, texts)
  for (const [key, text] of Object.entries(texts)) {
    requireKey(language, key)
    if (typeof text !== "string")
      throw invalid(`\`texts.${language}["${key}"]\` is ${show(text)}; expected a string.`)
    checkMessage(`texts.${language}["${key}"]`, key, parse(language, key, text))
  }
}

function requireKey(language: string, key: string): asserts key is TextKey {
  if (Object.hasOwn(en, key)) return
  const nearest = findNearest(key, Object.keys(en))
  const hint = nearest === undefined ? "" : ` Did you mean "${nearest}"?`
  throw new ConfigError(
    "ERR_AUTH_UNKNOWN_OPTION",
    `Unknown text \`texts.${language}["${key}"]\`.${hint} lib/texts/en.ts lists all keys.`,
  )
}

function parse(language: string, key: TextKey, text: string): Message {
  try {
    return parseMessage(text, canonicalTag(language) ?? "en", hasTags(key))
  } catch (error) {
    const { message, location } = error as Error & { location?: { start?: { offset?: number } } }
    const place = location?.start?.offset === undefined ? "" : ` at character ${location.start.offset + 1}`
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      `\`texts.${language}["${key}"]\` is not a pattern of ICU MessageFormat: ${message}${place} of ${show(text)}. ` +
        "Quote braces that are meant literally: '{'.",
      { cause: error },
    )
  }
}

/** A text may leave out values, but not use others. */
function checkMessage(name: string, key: TextKey, { uses }: Message): void {
  const given = parseMessage(en[key], "en", hasTags(key)).uses
  for (const part of ["values", "tags"] as const) {
    const unknown = [...uses[part]].find((used) => !given[part].has(used))
    if (unknown === undefined) continue
    const [open, close] = part === "tags" ? ["<", ">"] : ["{", "}"]
    const known = [...given[part]].map((one) => open + one + close)
    throw invalid(
      `\`${name}\` uses ${open}${unknown}${close}; expected ${known.length > 0 ? `only ${known.join(", ")}` : "none"}.`,
    )
  }
}

/** A new language should be complete, or its pages are partly English. */
function warnOfMissing(tag: string, texts: object, logger: Pick<Logger, "warn">): void {
  if (matchLanguage([tag], builtInLanguages)) return
  const missing = Object.keys(en).filter((key) => !Object.hasOwn(texts, key))
  if (missing.length === 0) return
  const some = missing.slice(0, 5).join(", ")
  logger.warn(
    "texts",
    `\`texts.${tag}\` lacks ${missing.length} of ${Object.keys(en).length} texts, which appear in English: ${some}${missing.length > 5 ? ", …" : ""}.`,
  )
}

function requireObject(name: string, value: unknown): asserts value is object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return
  throw invalid(
    `\`${name}\` is ${show(value)}; expected an object such as { de: { "signIn.heading": "…" } }.`,
  )
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? typeof value
}

function invalid(message: string): ConfigError {
  return new ConfigError("ERR_AUTH_INVALID_OPTION", message)
}
