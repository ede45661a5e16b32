// In CommonJS, and with every name written out, so that bundlers find the packages; within `try`, so that they leave out
// those that are not installed.
module.exports = function requireDriver(name, onError) {
  try {
    switch (name) {
      case "kysely":
        return require("kysely")
      case "libsql":
        return require("libsql")
      case "mongodb":
        return require("mongodb")
      case "mysql2":
        return require("mysql2")
      case "pg":
        return require("pg")
      case "tarn":
        return require("tarn")
      case "tedious":
        return require("tedious")
    }
  } catch (error) {
    return onError(error)
  }
}
