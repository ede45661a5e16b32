export type * from "@auth/core/adapters"
export type { AdapterExtras } from "./stores/adapter-extras.js"
export {
  type AdapterParts,
  type ComposedAdapter,
  compose,
  type SessionPart,
  type VerificationTokenPart,
} from "./stores/compose-adapters.js"
