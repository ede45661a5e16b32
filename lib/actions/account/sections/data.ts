import type { AccountSection } from "../section.js"

/** The download of the user's data, which `download-data.ts` sends. */
export const dataSection: AccountSection = {
  id: "data",
  actions: {},
  view: async ({ texts }) => ({ id: "data", heading: texts.t("account.data.heading") }),
}
