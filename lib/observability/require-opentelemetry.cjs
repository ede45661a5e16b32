// In CommonJS and within `try`, so that bundlers find the package, and leave it out where it is not installed.
module.exports = function requireOpenTelemetry(onError) {
  try {
    return require("@opentelemetry/api")
  } catch (error) {
    return onError(error)
  }
}
