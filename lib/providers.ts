/** The types of providers, for custom providers. The providers themselves are in `express-authjs/providers/*`. */
export type * from "@auth/core/providers"
