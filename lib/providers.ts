/** The types of providers, for providers of your own and for lists of them. The providers are in `express-authjs/providers/*`. */
export type * from "@auth/core/providers"
