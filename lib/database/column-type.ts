import type { Column, Dialect, Kind } from "./schema.js"

const types: Readonly<Record<Dialect, Readonly<Record<Kind, string>>>> = {
  sqlite: { text: "text", integer: "integer", boolean: "integer", date: "text" },
  postgres: { text: "text", integer: "bigint", boolean: "boolean", date: "timestamptz(3)" },
  mysql: { text: "text", integer: "bigint", boolean: "boolean", date: "datetime(3)" },
  mssql: { text: "nvarchar(max)", integer: "bigint", boolean: "bit", date: "datetime2(3)" },
}

/** Text of SQL Server compares by its bytes, as it does in the other databases. */
const binary = "collate Latin1_General_100_BIN2"

/** MySQL and SQL Server index only what has a limit; MySQL counts up to four bytes for a character. */
export function columnType({ kind, length, ascii }: Column, dialect: Dialect): string {
  if (length === undefined || dialect === "sqlite" || dialect === "postgres") return types[dialect][kind]
  if (dialect === "mysql") return `varchar(${length})${ascii ? " character set ascii collate ascii_bin" : ""}`
  return `${ascii ? "varchar" : "nvarchar"}(${length}) ${binary}`
}
