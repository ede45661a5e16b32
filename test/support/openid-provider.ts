/** The provider of the demo, which the examples own. */
export * from "../../examples/support/openid-provider.js"
