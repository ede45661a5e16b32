import { en, type TextKey } from "./en.js"
import { directionOf, parentsOf } from "./languages.js"
import late from "./load-late.cjs"
import { type Message, parseMessage, type TextPart, type TextValues } from "./message.js"

/** The texts of one language, for pages and mails. Its functions may be taken out of the object. */
export interface Texts {
  /** The language as a BCP 47 tag: the value of `lang`. */
  readonly locale: string
  /** The direction of its script: the value of `dir`. */
  readonly dir: "ltr" | "rtl"
  /**
   * Returns a text, without its tags. It is not escaped: views escape it like everything else.
   *
   * @param values the values of its placeholders
   */
  t(key: TextKey, values?: TextValues): string
  /**
   * Returns a text in parts, for `views/partials/rich.ejs`.
   *
   * @param values the values of its placeholders
   */
  parts(key: TextKey, values?: TextValues): readonly TextPart[]
}

/** The app's own texts by language and key. Checked at start. */
export type TextOverrides = Readonly<Record<string, Readonly<Partial<Record<TextKey, string>>>>>

/** Texts in the order of preference, and the language that they are in. */
interface Layer {
  readonly locale: string
  readonly texts: Readonly<Partial<Record<string, string>>>
}

const known = new WeakMap<TextOverrides, Map<string, Texts>>()

/**
 * Returns the texts of a language. What it lacks is taken from its parents (`de` for `de-AT`), at last from English.
 *
 * @param locale a language that the app has: a built-in one or one of the overrides
 * @param overrides pass the same object every time: parsed texts are kept with it
 */
export function textsOf(locale: string, overrides: TextOverrides = noOverrides): Texts {
  const byLocale = known.get(overrides) ?? new Map<string, Texts>()
  known.set(overrides, byLocale)
  const texts = byLocale.get(locale) ?? createTexts(locale, overrides)
  byLocale.set(locale, texts)
  return texts
}

/** The overrides of an app that has none. */
export const noOverrides: TextOverrides = Object.freeze({})

/** Whether a text has tags. */
export function hasTags(key: TextKey): boolean {
  return en[key].includes("</")
}

function createTexts(locale: string, overrides: TextOverrides): Texts {
  const layers = layersOf(locale, overrides)
  const messages = new Map<TextKey, Message>()
  const parts = (key: TextKey, values: TextValues = {}) => {
    const message = messages.get(key) ?? findMessage(key, layers)
    messages.set(key, message)
    return message.format(values)
  }
  const t = (key: TextKey, values?: TextValues) =>
    parts(key, values)
      .map(({ text }) => text)
      .join("")
  return Object.freeze({ locale, dir: directionOf(locale), t, parts })
}

function layersOf(locale: string, overrides: TextOverrides): Layer[] {
  return [...new Set([...parentsOf(locale), "en"])].flatMap((tag) => [
    ...(Object.hasOwn(overrides, tag) ? [{ locale: tag, texts: overrides[tag] ?? {} }] : []),
    ...(tag === "en" ? [{ locale: tag, texts: en }] : []),
    ...(Object.hasOwn(late.catalogues, tag) ? [{ locale: tag, texts: late.catalogues[tag]?.() ?? {} }] : []),
  ])
}

function findMessage(key: TextKey, layers: readonly Layer[]): Message {
  for (const { locale, texts } of layers) {
    const pattern = Object.hasOwn(texts, key) ? texts[key] : undefined
    if (pattern !== undefined) return parseMessage(pattern, locale, hasTags(key))
  }
  throw new TypeError(`There is no text "${key}"; add it to lib/texts/en.ts.`)
}
