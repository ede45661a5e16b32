/**
 * The types of providers, for custom providers. The providers themselves are in `express-authjs/providers/*`.
 *
 * @module
 */
export type * from "@auth/core/providers"
