import { requireMethods } from "../../../account/account-call.js"
import { updateProfile } from "../../../account/update-profile.js"
import { toFieldView } from "../../../pages/field-view.js"
import { type AccountSection, textIn, unlessLacking } from "../section.js"

/** Name and picture. */
export const profileSection: AccountSection = {
  id: "profile",
  actions: {
    profile: {
      done: "profile",
      run: (call, body) => updateProfile(call, { name: textIn(body, "name"), image: textIn(body, "image") }),
    },
  },
  async view(call) {
    const { user, texts, context } = call
    const { t } = texts
    const canChange = await unlessLacking(call, false, async () =>
      Boolean(requireMethods(context.config, "Changing a profile", ["getUser", "updateUser"])),
    )
    const name = { label: t("account.profile.name"), value: user.name ?? "", autocomplete: "name" }
    const image = { label: t("account.profile.image"), value: user.image ?? "", autocomplete: "photo" }
    if (!canChange && !user.name) return
    return {
      id: "profile",
      heading: t("account.profile.heading"),
      name: user.name,
      fields: canChange
        ? [
            toFieldView("account", "name", { ...name, maxlength: 200, dir: "auto" }),
            toFieldView("account", "image", { ...image, maxlength: 2048, inputmode: "url", dir: "ltr" }),
          ]
        : [],
    }
  },
}
