/** Shorter tokens are no secrets, and are part of ordinary words. */
const shortest = 8
/** Databases cut off long values in their messages, so the start of a token is searched for. */
const startLength = 12
const replacement = "[hidden]"

/** How deep errors are searched, and how many objects in all: some carry their whole client. */
const maxDepth = 6
const maxObjects = 500
/** How many items of a list are searched; a statement has fewer parameters. */
const maxItems = 10_000

interface Search {
  readonly tokens: readonly string[]
  readonly seen: Set<object>
}

/**
 * Removes tokens from an error and its causes, because loggers print errors with their messages and members: databases
 * quote a value that they refuse, and query builders list the parameters of a failed statement. Changes the error in
 * place, so that it keeps its class.
 */
export function hideToken(error: unknown, ...tokens: readonly unknown[]): void {
  const searched = tokens.filter((token) => typeof token === "string" && token.length >= shortest)
  if (searched.length > 0) hideIn(error, { tokens: searched.map(String), seen: new Set() })
}

/**
 * Calls an adapter with a row. If that fails, the error loses the row's tokens: of a session, an account or a mailed
 * link.
 *
 * @throws whatever the adapter throws, see {@link hideToken}
 */
export async function hidingTokens<Row extends object, Value>(
  row: Row,
  store: (row: Row) => Value,
): Promise<Awaited<Value>> {
  try {
    return await store(row)
  } catch (error) {
    hideToken(error, ...tokensOf(row))
    throw error
  }
}

/** Returns the tokens in a row, by the names of its fields. */
export function tokensOf(row: unknown): unknown[] {
  if (typeof row !== "object" || row === null) return []
  return Object.entries(row).flatMap(([name, value]) => (/token$/i.test(name) ? [value] : []))
}

function hideIn(value: unknown, search: Search, depth = 0): void {
  if (!canBeSearched(value) || search.seen.has(value)) return
  if (depth > maxDepth || search.seen.size >= maxObjects) return
  search.seen.add(value)
  const members = Object.getOwnPropertyDescriptors(Array.isArray(value) ? value.slice(0, maxItems) : value)
  for (const [key, { value: member }] of Object.entries(members)) {
    // Newer versions of Node define the stack as an accessor.
    const found: unknown = key === "stack" ? Reflect.get(value, key) : member
    if (typeof found === "string") replaceMember(value, key, search.tokens.reduce(replaceToken, found))
    else hideIn(thawMember(value, key, found), search, depth + 1)
  }
}

/** Instances of other classes, such as connections, are left alone. */
function canBeSearched(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false
  if (value instanceof Error || Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Replaces a frozen member by a copy, and returns the member that can be changed. */
function thawMember(value: object, key: string, member: unknown): unknown {
  if (!canBeSearched(member) || member instanceof Error || !Object.isFrozen(member)) return member
  const copy = Array.isArray(member) ? [...member] : { ...member }
  return Reflect.defineProperty(value, key, { value: copy }) ? copy : member
}

function replaceMember(value: object, key: string, text: string): void {
  if (Reflect.get(value, key) !== text) Reflect.defineProperty(value, key, { value: text })
}

function replaceToken(text: string, token: string): string {
  const [before = "", ...parts] = text.split(token.slice(0, startLength))
  const rest = token.slice(startLength)
  return [before, ...parts.map((part) => part.slice(commonLength(part, rest)))].join(replacement)
}

function commonLength(text: string, other: string): number {
  let length = 0
  while (length < other.length && text[length] === other[length]) length++
  return length
}
