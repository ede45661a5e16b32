// In CommonJS, where bundlers find a `require` that loads its package late.
module.exports = function requireMessageFormat() {
  return require("intl-messageformat").IntlMessageFormat
}
