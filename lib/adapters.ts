export type * from "@auth/core/adapters"
export type { AdapterExtras } from "./config/adapter-extras.js"
export {
  type AdapterParts,
  type ComposedAdapter,
  compose,
  type SessionPart,
  type VerificationTokenPart,
} from "./stores/compose.js"
