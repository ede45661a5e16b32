/** A cookie of a request, joined from its chunks. */
export interface ChunkedCookie {
  /** The joined value; empty if a chunk is missing. */
  value: string
  /**
   * The names of its cookies, including leftovers of an earlier value: all of them to clear together with the value.
   */
  names: string[]
}

interface FoundCookie {
  /** The chunk's number, or {@link PLAIN}. */
  index: number
  value: string
  /** Index at which the search continues. */
  end: number
}

/** Characters per cookie, as in core: 4096 bytes less 160 for name and attributes. */
const CHUNK_SIZE = 3936
/** Enough for the longest token. */
const MAX_CHUNKS = 25

const PLAIN = -1
const CHUNK_SUFFIX = /\.(0|[1-9]\d?)/y

/**
 * Reads a cookie that may have been split into `name.0`, `name.1`, … as Auth.js does.
 *
 * Written by hand because the session check runs on every request: parsing the whole `Cookie` header would cost more
 * than finding one name in it.
 *
 * Matches the exact name, or numbers without leading zeros, complete from 0 and at most 25; other cookies that start
 * with the name are ignored. If both forms are present, the unnumbered cookie is the value: writing one form clears the
 * other, and joining both (as core does) would yield a value that was never written. As in the `cookie` package, the
 * first of several cookies of the same name wins, an empty one counts as absent, and percent-encoding is decoded (RFC
 * 6265, section 5.4, leaves the order to the browser).
 *
 * @param cookieHeader the request's `Cookie` header
 * @returns `undefined` if there is no such cookie
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
 * Splits a value into cookies as Auth.js does: one with the plain name, or, above 3936 characters, `name.0`, `name.1`,
 * …
 *
 * @throws {RangeError} if 25 cookies cannot hold it, the most that {@link readChunkedCookie} reads
 */
export function toCookieChunks(name: string, value: string): { name: string; value: string }[] {
  if (value.length <= CHUNK_SIZE) return [{ name, value }]
  const count = Math.ceil(value.length / CHUNK_SIZE)
  if (count > MAX_CHUNKS) {
    const limit = CHUNK_SIZE * MAX_CHUNKS
    throw new RangeError(
      `The value of cookie ${name} has ${value.length} characters; expected at most ${limit}.`,
    )
  }
  return Array.from({ length: count }, (_, index) => ({
    name: `${name}.${index}`,
    value: value.slice(index * CHUNK_SIZE, (index + 1) * CHUNK_SIZE),
  }))
}

/** @param values chunks by number, with holes for missing ones */
function joinChunks(name: string, plain: string | undefined, values: string[]): ChunkedCookie | undefined {
  const numbers = [...values.keys()].filter((number) => values[number])
  const chunkNames = numbers.map((number) => `${name}.${number}`)
  if (plain) return { value: plain, names: [name, ...chunkNames] }
  if (numbers.length === 0) return undefined
  const isComplete = numbers.at(-1) === numbers.length - 1
  return { value: isComplete ? values.slice(0, numbers.length).join("") : "", names: chunkNames }
}

/** Reads the cookie whose name starts at `at`, unless that is inside another cookie's value or a longer name. */
function findCookieAt(header: string, at: number, name: string): FoundCookie | undefined {
  if (!startsPair(header, at)) return undefined
  CHUNK_SUFFIX.lastIndex = at + name.length
  const suffix = CHUNK_SUFFIX.exec(header)
  const index = suffix ? Number(suffix[1]) : PLAIN
  const equals = skipSpace(header, at + name.length + (suffix ? suffix[0].length : 0))
  if (header[equals] !== "=" || index >= MAX_CHUNKS) return undefined
  const semicolon = header.indexOf(";", equals)
  const end = semicolon === -1 ? header.length : semicolon
  return { index, value: readValue(header, equals + 1, end), end }
}

function startsPair(header: string, at: number): boolean {
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
