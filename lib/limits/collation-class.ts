/** Created on first use: that takes as long as compiling all routes. */
let collator: Intl.Collator | undefined

/** Compares like the coarsest common collation: base letters only, without case, accents, width or style. */
function compare(one: string, other: string): number {
  collator ??= new Intl.Collator("und", { sensitivity: "base", ignorePunctuation: false })
  return collator.compare(one, other)
}

/** Characters that older collations equate and the current Unicode collation does not. */
const older: Readonly<Record<string, string>> = { þ: "th", ı: "i" }

/**
 * Returns one string for all characters that the Unicode collation considers equal: `"a"` for U+0363, `"5"` for every
 * digit five, `"ae"` for æ, `""` for ignorable characters. A character without equals is returned unchanged.
 *
 * @param character a non-ASCII character in NFKD and lower case
 * @see https://www.unicode.org/reports/tr10/
 */
export function collationClass(character: string): string {
  if (compare(character, "") === 0) return ""
  const exception = older[character] ?? oldGeorgian(character)
  if (exception !== undefined) return exception
  classes ??= listClasses()
  const found = classes[lowerBound(classes, character)]
  return found !== undefined && compare(found, character) === 0 ? found : character
}

/**
 * Sorted by the collation; the first of several equal characters represents them all. Built on first use: about 50 ms.
 */
let classes: readonly string[] | undefined

function listClasses(): string[] {
  const letters = [..."abcdefghijklmnopqrstuvwxyz"]
  const pairs = letters.flatMap((first) => letters.map((second) => first + second))
  const numbers = Array.from({ length: 41 }, (_, number) => `${number + 10}`)
  const characters = Array.from({ length: 0xfb00 }, (_, code) => String.fromCharCode(code))
  return [...pairs, ...numbers, ...characters.filter(canRepresent)].sort(compare)
}

/**
 * Leaves out Han, Hangul and Yi, by far the largest scripts: they have no equal characters that NFKD keeps distinct.
 */
function canRepresent(character: string): boolean {
  if (/[\u3400-\ua4cf\uac00-\ufaff]/.test(character) || !/[\p{L}\p{N}\p{P}\p{S}]/u.test(character))
    return false
  return character.normalize("NFKD").toLowerCase() === character
}

function lowerBound(sorted: readonly string[], character: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(sorted[middle] ?? "", character) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Maps the historical Georgian lower case to the modern letters, which Unicode 4 considers equal. */
function oldGeorgian(character: string): string | undefined {
  const code = character.charCodeAt(0)
  return code >= 0x2d00 && code <= 0x2d25 ? String.fromCharCode(code - 0x2d00 + 0x10d0) : undefined
}
