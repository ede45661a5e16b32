/** Compares as the coarsest common collation does: letters alone count, not their case, accents, width or style. */
const collator = new Intl.Collator("und", { sensitivity: "base", ignorePunctuation: false })

/** What older collations equate and the current Unicode collation does not. */
const older: Readonly<Record<string, string>> = { þ: "th", ı: "i" }

/**
 * Returns one text for all characters that the Unicode collation takes for the same: `"a"` for U+0363, `"5"` for every digit
 * five, `"ae"` for æ, `""` for what it ignores. A character that nothing else equals stands for itself.
 *
 * @param character one that is no ASCII, in NFKD and lower case
 * @see https://www.unicode.org/reports/tr10/
 */
export function collationClass(character: string): string {
  if (collator.compare(character, "") === 0) return ""
  const known = older[character] ?? oldGeorgian(character)
  if (known !== undefined) return known
  classes ??= listClasses()
  const found = classes[lowerBound(classes, character)]
  return found !== undefined && collator.compare(found, character) === 0 ? found : character
}

/** Sorted by the collation; of several that are equal the first represents all. Built on first use, in about 50 ms. */
let classes: readonly string[] | undefined

function listClasses(): string[] {
  const letters = [..."abcdefghijklmnopqrstuvwxyz"]
  const pairs = letters.flatMap((first) => letters.map((second) => first + second))
  const numbers = Array.from({ length: 41 }, (_, number) => `${number + 10}`)
  const characters = Array.from({ length: 0xfb00 }, (_, code) => String.fromCharCode(code))
  return [...pairs, ...numbers, ...characters.filter(canRepresent)].sort(collator.compare)
}

/** Han, Hangul and Yi, by far the most, have no two characters alike that NFKD leaves apart. */
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
    if (collator.compare(sorted[middle] ?? "", character) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** The lower case that Georgian once had, which Unicode 4 equates with its plain letters. */
function oldGeorgian(character: string): string | undefined {
  const code = character.charCodeAt(0)
  return code >= 0x2d00 && code <= 0x2d25 ? String.fromCharCode(code - 0x2d00 + 0x10d0) : undefined
}
