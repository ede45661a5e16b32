// In CommonJS and within `try`, so that bundlers find the package, and leave it out where it is not installed.
module.exports = function requireSimpleWebAuthn(onError) {
  try {
    return require("@simplewebauthn/server")
  } catch (error) {
    return onError(error)
  }
}
