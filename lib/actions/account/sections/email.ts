import { requireAddressMethods } from "../../../account/request-address.js"
import { requireMailSender } from "../../../account/send-account-mail.js"
import { toFieldView } from "../../../pages/field-view.js"
import { changeOwnAddress } from "../account-operations.js"
import { type AccountSection, textIn, unlessLacking } from "../section.js"

/** The e-mail address. */
export const emailSection: AccountSection = {
  id: "email",
  actions: {
    email: { done: "email", run: (call, body) => changeOwnAddress(call, textIn(body, "email")) },
  },
  async view(call) {
    const { user, texts, context } = call
    const { t } = texts
    const canChange = await unlessLacking(call, false, async () => {
      requireAddressMethods(context.config)
      return Boolean(await requireMailSender(context))
    })
    if (!canChange && !user.email) return
    const input = { type: "email", label: t("account.email.label"), autocomplete: "email", required: true }
    return {
      id: "email",
      heading: t("account.email.heading"),
      email: user.email,
      isProven: user.emailVerified !== null,
      ...(canChange && { field: toFieldView("account", "email", input) }),
    }
  },
}
