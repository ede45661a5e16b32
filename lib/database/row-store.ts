import type { Store } from "./store.js"

/** What the adapter's methods are made of, in SQL or not. */
export type RowStore = Omit<Store, "client" | "schema" | "forgetExtras">
