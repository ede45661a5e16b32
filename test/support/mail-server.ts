/** The mail server of the demo, which the examples own. */
export * from "../../examples/support/mail-server.js"
