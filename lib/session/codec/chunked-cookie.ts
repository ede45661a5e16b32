/** What a request's `Cookie` header holds under one name. */
export interface ChunkedCookie {
  /** The value, joined where it was split; empty where the cookies there are do not make up one. */
  value: string
  /** Every cookie that is part of it or a leftover of an earlier one: all to be cleared when the value goes. */
  names: string[]
}

interface FoundCookie {
  /** Number of the chunk, or {@link PLAIN}. */
  index: number
  value: string
  /** Where the search goes on. */
  end: number
}

/** Characters per cookie, as core counts them: 4096 bytes less 160 for name and attributes. */
const CHUNK_SIZE = 3936
/** As many as a token of the greatest length fills. */
const MAX_CHUNKS = 25

const PLAIN = -1
const CHUNK_SUFFIX = /\.(0|[1-9]\d?)/y

/**
 * Reads a cookie that may have been split into `name.0`, `name.1`, … as Auth.js does.
 *
 * Counts are exact: the plain name, or numbers without leading zeros, complete from 0 and at most 25. A cookie that
 * merely begins with the name is somebody else's. Where both forms are there the plain one is the value, alone: whoever
 * writes one form clears the other, and joining the two (as core does) gives a value nobody wrote. Among cookies of the
 * same name the first counts, an empty one is none, percent-encoding is undone: as the `cookie` package reads them
 * (RFC 6265, section 5.4, leaves the order of equal names to the browser).
 *
 * @param cookieHeader the request's `Cookie` header.
 * @returns `undefined` where no such cookie came.
 */
export function readChunkedCookie(cookieHeader: string | undefined, name: string): ChunkedCookie | undefined {
  if (!cookieHeader) return undefined
  const values: string[] = []
  let plain: string | undefined
  let at = cookieHeader.indexOf(name)
  while (at !== -1) {
    const found = findCookieAt(cookieHeader, at, name)
    if (found?.index === PLAIN) plain ??= found.value
    else if (found) values[found.index] ??= found.value
    at = cookieHeader.indexOf(name, found ? found.end : at + name.length)
  }
  return plain && values.length === 0 ? { value: plain, names: [name] } : joinChunks(name, plain, values)
}

/**
 * Splits a value into cookies as Auth.js does: one with the plain name, or, over 3936 characters, `name.0`, `name.1`, …
 *
 * @throws RangeError where 25 cookies do not hold it: {@link readChunkedCookie} would not read more.
 */
export function toCookieChunks(name: string, value: string): { name: string; value: string }[] {
  if (value.length <= CHUNK_SIZE) return [{ name, value }]
  const count = Math.ceil(value.length / CHUNK_SIZE)
  if (count > MAX_CHUNKS) {
    const limit = CHUNK_SIZE * MAX_CHUNKS
    throw new RangeError(`The value of cookie ${name} has ${value.length} characters, the limit is ${limit}.`)
  }
  return Array.from({ length: count }, (_, index) => ({
    name: `${name}.${index}`,
    value: value.slice(index * CHUNK_SIZE, (index + 1) * CHUNK_SIZE),
  }))
}

/** @param values the chunks by number, with holes where one did not come. */
function joinChunks(name: string, plain: string | undefined, values: string[]): ChunkedCookie | undefined {
  const numbers = [...values.keys()].filter((number) => values[number])
  const chunkNames = numbers.map((number) => `${name}.${number}`)
  if (plain) return { value: plain, names: [name, ...chunkNames] }
  if (numbers.length === 0) return undefined
  const isComplete = numbers.at(-1) === numbers.length - 1
  return { value: isComplete ? values.slice(0, numbers.length).join("") : "", names: chunkNames }
}

/** Reads the cookie whose name begins at `at`, unless that is within another's value or only begins like ours. */
function findCookieAt(header: string, at: number, name: string): FoundCookie | undefined {
  if (!beginsPair(header, at)) return undefined
  CHUNK_SUFFIX.lastIndex = at + name.length
  const suffix = CHUNK_SUFFIX.exec(header)
  const index = suffix ? Number(suffix[1]) : PLAIN
  const equals = skipSpace(header, at + name.length + (suffix ? suffix[0].length : 0))
  if (header[equals] !== "=" || index >= MAX_CHUNKS) return undefined
  const semicolon = header.indexOf(";", equals)
  const end = semicolon === -1 ? header.length : semicolon
  return { index, value: readValue(header, equals + 1, end), end }
}

function beginsPair(header: string, at: number): boolean {
  let before = at - 1
  while (isSpace(header[before])) before--
  return before === -1 || header[before] === ";"
}

function readValue(header: string, start: number, end: number): string {
  const from = skipSpace(header, start)
  let to = end
  while (to > from && isSpace(header[to - 1])) to--
  const value = header.slice(from, to)
  return value.includes("%") ? decode(value) : value
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function skipSpace(header: string, at: number): number {
  while (isSpace(header[at])) at++
  return at
}

function isSpace(character: string | undefined): boolean {
  return character === " " || character === "\t"
}
