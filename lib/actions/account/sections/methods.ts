import type { ResolvedConfig } from "../../../config/resolve-config.js"
import { isOAuthProvider } from "../../../config/resolve-providers.js"
import { isAvailable } from "../../../development/require-available.js"
import type { MethodsView, PasskeyView } from "../../../pages/account.js"
import { toFieldView } from "../../../pages/field-view.js"
import type { PageProvider } from "../../../pages/page-provider.js"
import { pageProviders } from "../../../pages/page-providers.js"
import { getProviderIcon } from "../../../pages/provider-icon.js"
import type { AdapterExtras } from "../../../stores/adapter-extras.js"
import type { Texts } from "../../../texts/texts.js"
import { requireLinkingAdapter } from "../../accounts/link-account.js"
import { requireUnlinkingAdapter } from "../../accounts/unlink-account.js"
import type { PasskeySummary } from "../../passkeys/user-passkeys.js"
import type { LinkedAccount } from "../account-data.js"
import {
  afterFreshSignIn,
  listOwnAccounts,
  listOwnPasskeys,
  removeOwnPasskey,
  renameOwnPasskey,
  unlinkOwnAccount,
} from "../account-operations.js"
import { type AccountSection, type SectionCall, textIn, unlessLacking } from "../section.js"

/** The ways to sign in: accounts at providers, mailed links, passkeys. */
export const methodsSection: AccountSection = {
  id: "methods",
  actions: {
    unlink: {
      done: "unlinked",
      run: (call, body) => {
        const [provider, providerAccountId] = [textIn(body, "provider"), textIn(body, "providerAccountId")]
        const which = { provider, ...(providerAccountId && { providerAccountId }) }
        return afterFreshSignIn(call, undefined, () => unlinkOwnAccount(call, which))
      },
    },
    "rename-passkey": {
      done: "passkeyRenamed",
      run: (call, body) => renameOwnPasskey(call, textIn(body, "id"), textIn(body, "name")),
    },
    "remove-passkey": {
      done: "passkeyRemoved",
      run: (call, body) =>
        afterFreshSignIn(call, undefined, () => removeOwnPasskey(call, textIn(body, "id"))),
    },
  },
  async view(call) {
    const { context, texts } = call
    const { config } = context
    const accounts = await unlessLacking(call, undefined, async () => {
      requireUnlinkingAdapter(config)
      return listOwnAccounts(call)
    })
    const passkeyProvider = config.providers.find(({ type }) => type === "webauthn")
    const passkeys = passkeyProvider
      ? await unlessLacking(call, undefined, () => listOwnPasskeys(call))
      : undefined
    if (!accounts && !passkeys) return
    const shown = pageProviders(config.providers)
    return {
      id: "methods",
      heading: texts.t("account.methods.heading"),
      accounts: (accounts ?? []).map((account) => toAccountView(account, shown)),
      passkeys: (passkeys ?? []).map((passkey, index) => toPasskeyView(passkey, index + 1, call)),
      mailTo: mailToOf(call),
      linkable: await linkableOf(call, accounts ?? [], shown),
      ...(passkeys &&
        passkeyProvider && {
          addPasskey: `${context.basePath}/callback/${encodeURIComponent(passkeyProvider.id)}`,
        }),
      callbackUrl: `${call.pageUrl}?done=linked`,
    }
  },
}

/** An account at a provider that is no longer configured is shown with the provider's id. */
function toAccountView(
  account: LinkedAccount,
  shown: readonly PageProvider[],
): MethodsView["accounts"][number] {
  const { provider: id, providerAccountId } = account
  const known = shown.find((provider) => provider.id === id)
  const icon = getProviderIcon(known ?? { id, name: id, type: "oauth" })
  return { provider: id, providerAccountId, name: known?.name ?? id, icon }
}

function toPasskeyView(passkey: PasskeySummary, number: number, call: SectionCall): PasskeyView {
  const { id, name, synced } = passkey
  const { t } = call.texts
  const extras = (call.context.config.adapter ?? {}) as Partial<AdapterExtras>
  const label = t("account.methods.newName")
  const input = { label, value: name ?? "", maxlength: 100, required: true, dir: "auto" }
  return {
    id,
    name: name ?? t("account.methods.passkey", { number }),
    about: t(synced ? "account.methods.passkeySynced" : "account.methods.passkeyHere"),
    canRemove: extras.deleteAuthenticator !== undefined,
    ...(extras.renameAuthenticator && {
      field: {
        ...toFieldView("account", "name", { ...input, autocomplete: "off" }),
        id: `passkey-${number}`,
      },
    }),
  }
}

function mailToOf({ context: { config }, user }: SectionCall): string | undefined {
  const sendsLinks = config.providers.some(({ type }) => type === "email")
  return sendsLinks && user.email && user.emailVerified ? user.email : undefined
}

async function linkableOf(
  call: SectionCall,
  accounts: readonly LinkedAccount[],
  shown: readonly PageProvider[],
): Promise<MethodsView["linkable"]> {
  const { context, texts } = call
  const { config } = context
  const canLink = await unlessLacking(call, false, async () => {
    requireLinkingAdapter(config, undefined)
    return true
  })
  const free = canLink
    ? config.providers.filter((provider) => isLinkable(provider) && isAvailable(provider, context))
    : []
  return free
    .filter(({ id }) => !accounts.some(({ provider }) => provider === id))
    .map(({ id }) => toLinkable(id, { shown, texts, basePath: context.basePath }))
}

function isLinkable(provider: ResolvedConfig["providers"][number]): boolean {
  return isOAuthProvider(provider) && !provider.checks?.includes("none")
}

function toLinkable(
  id: string,
  { shown, texts, basePath }: { shown: readonly PageProvider[]; texts: Texts; basePath: string },
): MethodsView["linkable"][number] {
  const provider = shown.find((candidate) => candidate.id === id) ?? { id, name: id, type: "oauth" as const }
  return {
    action: `${basePath}/link/${encodeURIComponent(id)}`,
    submit: texts.t("account.methods.link", { provider: provider.name }),
    icon: getProviderIcon(provider),
  }
}
