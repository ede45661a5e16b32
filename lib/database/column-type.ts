import type { Column, Dialect, Kind } from "./schema.js"

const types: Readonly<Record<Dialect, Readonly<Record<Kind, string>>>> = {
  sqlite: { text: "text", integer: "integer", boolean: "integer", date: "text" },
  postgres: { text: "text", integer: "bigint", boolean: "boolean", date: "timestamptz(3)" },
  mysql: { text: "text", integer: "bigint", boolean: "boolean", date: "datetime(3)" },
  mssql: { text: "nvarchar(max)", integer: "bigint", boolean: "bit", date: "datetime2(3)" },
}

/** Makes SQL Server compare strings by their bytes, as the other databases do. */
const binary = "collate Latin1_General_100_BIN2"

/** Returns the SQL type of a column. MySQL and SQL Server can only index columns with a maximum length. */
export function columnType({ kind, length, ascii }: Column, dialect: Dialect): string {
  if (length === undefined || dialect === "sqlite" || dialect === "postgres") return types[dialect][kind]
  if (dialect === "mysql") return `varchar(${length})${ascii ? " character set ascii collate ascii_bin" : ""}`
  return `${ascii ? "varchar" : "nvarchar"}(${length}) ${binary}`
}
