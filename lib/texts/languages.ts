import late from "./load-late.cjs"

/** The built-in languages. */
export const builtInLanguages: readonly string[] = ["en", ...Object.keys(late.catalogues)]

/** Scripts written from right to left. */
const rightToLeft: ReadonlySet<string | undefined> = new Set([
  ..."Adlm Arab Hebr Mand Nkoo Rohg Samr Syrc Thaa".split(" "),
])

/** Returns the direction of a language's script. */
export function directionOf(locale: string): "ltr" | "rtl" {
  return rightToLeft.has(new Intl.Locale(locale).maximize().script) ? "rtl" : "ltr"
}

/** Returns a language and the more general ones that contain it: `zh-Hant-TW`, `zh-Hant`, `zh`. */
export function parentsOf(locale: string): string[] {
  const subtags = locale.split("-")
  return subtags.map((_, index) => subtags.slice(0, subtags.length - index).join("-"))
}

/**
 * Returns the language tag in its canonical form, e.g. `pt-BR` for `PT-br` and `he` for `iw`.
 *
 * @returns `undefined` for anything but a language tag
 */
export function canonicalTag(tag: unknown): string | undefined {
  if (typeof tag !== "string") return undefined
  try {
    return new Intl.Locale(tag).baseName
  } catch {
    return undefined
  }
}

/** Only this many languages of a request are compared. */
const maxRequested = 20

/**
 * Returns the first requested language that is available, by itself, by its script or as a more general one: `zh-TW`
 * finds `zh-TW`, `zh-Hant` or `zh`.
 *
 * @param requested language tags, the preferred one first; anything else is ignored
 * @param available canonical tags
 */
export function matchLanguage(
  requested: readonly unknown[],
  available: readonly string[],
): string | undefined {
  for (const tag of requested.slice(0, maxRequested)) {
    const canonical = canonicalTag(tag)
    const match = canonical && candidatesOf(canonical).find((candidate) => available.includes(candidate))
    if (match) return match
  }
  return undefined
}

function candidatesOf(tag: string): string[] {
  const { language, script } = new Intl.Locale(tag).maximize()
  const tags = parentsOf(tag)
  return [...tags.slice(0, -1), ...(script ? [`${language}-${script}`] : []), ...tags.slice(-1)]
}
