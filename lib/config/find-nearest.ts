import leven from "leven"

/** Returns the known name that a misspelt one probably means: at most three letters away, in any case. */
export function findNearest(name: string, known: readonly string[]): string | undefined {
  const nearest = nearestOf(name, known)
  return nearest !== undefined && distance(nearest, name) <= 3 ? nearest : undefined
}

/** Returns the most similar known name, in any case. */
export function nearestOf(name: string, known: readonly string[]): string | undefined {
  return known.toSorted((a, b) => distance(a, name) - distance(b, name))[0]
}

function distance(a: string, b: string): number {
  return leven(a.toLowerCase(), b.toLowerCase())
}
