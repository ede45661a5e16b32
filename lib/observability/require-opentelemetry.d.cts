/**
 * Loads `@opentelemetry/api`.
 *
 * @param onError receives what `require` throws, and throws an error that names the fix
 */
declare function requireOpenTelemetry(onError: (error: unknown) => never): typeof import("@opentelemetry/api")

export = requireOpenTelemetry
