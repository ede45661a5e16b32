// Only SQL databases need Kysely, and apps install it themselves. So it loads at its first use, not at import.
import type * as Kysely from "kysely"
import type { RawBuilder } from "kysely"
import { loadPackage } from "./load-package.js"
import type { Row } from "./schema.js"

/** A Kysely instance without a typed schema. */
export type AnyKysely = Kysely.Kysely<Record<string, Row>>

let loaded: typeof Kysely | undefined

/**
 * Loads Kysely.
 *
 * @param url The URL of the database that needs it, for the message
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` if the app has not installed it
 */
export function kysely(url?: string): typeof Kysely {
  loaded ??= loadPackage<typeof Kysely>("kysely", url)
  return loaded
}

/** Kysely's template tag, with those of its builders that are used here. */
export const sql = Object.assign(
  <Row = unknown>(text: TemplateStringsArray, ...parts: unknown[]): RawBuilder<Row> =>
    kysely().sql<Row>(text, ...parts),
  {
    id: (name: string) => kysely().sql.id(name),
    join: (parts: readonly unknown[], separator?: RawBuilder<unknown>) => kysely().sql.join(parts, separator),
    raw: (text: string) => kysely().sql.raw(text),
    ref: (column: string) => kysely().sql.ref(column),
    table: (name: string) => kysely().sql.table(name),
    val: (value: unknown) => kysely().sql.val(value),
  },
)
