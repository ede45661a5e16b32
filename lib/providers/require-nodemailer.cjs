// In CommonJS and within `try`, so that bundlers find the package, and leave it out where it is not installed.
module.exports = function requireNodemailer(onError) {
  try {
    return require("nodemailer")
  } catch (error) {
    return onError(error)
  }
}
