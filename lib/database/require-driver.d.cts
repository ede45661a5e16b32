/**
 * Loads a package of a database.
 *
 * @param onError receives what `require` throws, and throws an error that names the fix
 */
declare function requireDriver(
  name: "kysely" | "libsql" | "mongodb" | "mysql2" | "pg" | "tarn" | "tedious",
  onError: (error: unknown) => never,
): unknown

export = requireDriver
