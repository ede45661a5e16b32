// In CommonJS, where bundlers find a `require` that loads its file late. Each file is named, so that they find it.
module.exports = {
  loadMessageFormat: () => require("intl-messageformat").IntlMessageFormat,
  catalogues: {
    ar: () => require("./ar.json"),
    de: () => require("./de.json"),
    es: () => require("./es.json"),
    fr: () => require("./fr.json"),
    he: () => require("./he.json"),
    it: () => require("./it.json"),
    ja: () => require("./ja.json"),
    ko: () => require("./ko.json"),
    nl: () => require("./nl.json"),
    pl: () => require("./pl.json"),
    pt: () => require("./pt.json"),
    tr: () => require("./tr.json"),
    uk: () => require("./uk.json"),
    zh: () => require("./zh.json"),
  },
}
