import { requireMethods } from "../../../account/account-call.js"
import { toFieldView } from "../../../pages/field-view.js"
import { deleteOwnAccount } from "../account-operations.js"
import { type AccountSection, textIn } from "../section.js"

/** The deletion of the account. */
export const deletionSection: AccountSection = {
  id: "deletion",
  actions: {
    delete: {
      done: "deleted",
      endsAt: "deleted",
      run: async (call, body) => {
        const phrase = call.texts.t("account.deletion.phrase")
        const isConfirmed = fold(textIn(body, "confirmation")) === fold(phrase)
        return isConfirmed ? deleteOwnAccount(call) : { ok: false, error: "NotConfirmed", status: 400 }
      },
    },
  },
  async view({ context, texts }) {
    requireMethods(context.config, "Deleting an account", ["getUser", "deleteUser"])
    const phrase = texts.t("account.deletion.phrase")
    const label = texts.t("account.deletion.label", { phrase })
    const input = { label, autocomplete: "off", autocapitalize: "none", spellcheck: "false", required: true }
    return {
      id: "deletion",
      heading: texts.t("account.deletion.heading"),
      phrase,
      field: toFieldView("account", "confirmation", input),
    }
  },
}

function fold(text: string): string {
  return text.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase()
}
