// In CommonJS, where bundlers find a `require` that loads its package late.
module.exports = function requireEjs() {
  return require("ejs")
}
