import type { AccountPage } from "../../lib/pages/account.js"
import { toFieldView } from "../../lib/pages/field-view.js"
import { getProviderIcon } from "../../lib/pages/provider-icon.js"

/** An account page with every section and every part. `text` is what users and providers fill in. */
export function everySection(text = "Ada Lovelace"): AccountPage {
  const field = (name: string, label: string) => toFieldView("account", name, { label, value: text })
  const icon = getProviderIcon({ id: "github", name: "GitHub", type: "oauth" })
  const github = { provider: `github${text}`, providerAccountId: text, name: text, icon }
  return {
    message: { text, calm: true },
    sections: [
      {
        id: "profile",
        heading: "Profile",
        name: text,
        fields: [field("name", "Name"), field("image", "Picture")],
      },
      {
        id: "email",
        heading: "Email address",
        email: text,
        isProven: true,
        field: field("email", "New address"),
      },
      {
        ...{ id: "methods", heading: "Ways to sign in", mailTo: text, callbackUrl: `/auth/account${text}` },
        accounts: [github],
        passkeys: [
          {
            id: text,
            name: text,
            about: text,
            canRemove: true,
            field: { ...field("name", "Name"), id: "passkey-1" },
          },
          { id: "2", name: "Passkey 2", about: text, canRemove: false },
        ],
        linkable: [{ action: `/auth/link/google${text}`, submit: `Link ${text}`, icon }],
        addPasskey: "/auth/callback/passkey",
      },
      {
        ...{ id: "sessions", heading: "Where you are signed in", canEndOthers: true },
        sessions: [
          { id: "1", device: "Firefox on Windows", about: text, isCurrent: true },
          { id: text, device: text, about: `Last used January 5, 2026 in ${text}`, isCurrent: false },
        ],
      },
      { id: "activity", heading: "Recent activity", events: [{ name: text, about: text }] },
      { id: "data", heading: "Your data" },
      { id: "deletion", heading: "Delete your account", phrase: text, field: field("confirmation", text) },
    ],
  }
}
