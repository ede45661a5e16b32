export type * from "@auth/core/adapters"
export type { AdapterExtras } from "./config/adapter-extras.js"
