import { customFetch } from "@auth/core"
import { requestOf } from "../config/merge-provider.js"
import type { OAuthProvider } from "../config/resolve-providers.js"
import { isSameSource } from "./same-source.js"

type Definition = Partial<OAuthProvider>
type Load = () => Promise<{ default: (options: never) => unknown }>

/** The providers of core that use the global `fetch`, to which no limits apply. */
const definitions: Readonly<Record<string, Load>> = {
  apple: () => import("@auth/core/providers/apple"),
  "azure-ad": () => import("@auth/core/providers/azure-ad"),
  "azure-devops": () => import("@auth/core/providers/azure-devops"),
  dropbox: () => import("@auth/core/providers/dropbox"),
  facebook: () => import("@auth/core/providers/facebook"),
  foursquare: () => import("@auth/core/providers/foursquare"),
  github: () => import("@auth/core/providers/github"),
  hubspot: () => import("@auth/core/providers/hubspot"),
  "microsoft-entra-id": () => import("@auth/core/providers/microsoft-entra-id"),
  nextcloud: () => import("@auth/core/providers/nextcloud"),
  notion: () => import("@auth/core/providers/notion"),
  tiktok: () => import("@auth/core/providers/tiktok"),
  todoist: () => import("@auth/core/providers/todoist"),
  trakt: () => import("@auth/core/providers/trakt"),
  vk: () => import("@auth/core/providers/vk"),
  wechat: () => import("@auth/core/providers/wechat"),
}

const functions = {
  customFetch: (definition: Definition) => definition[customFetch],
  profile: ({ profile }: Definition) => profile,
  request: ({ userinfo }: Definition) => requestOf(userinfo),
}

/**
 * Whether a provider's function is the one that core defines, rather than the app's own under the same id. Always
 * `false` for providers that do not use the global `fetch`.
 *
 * @param id of the provider's definition, not the user's
 */
export async function isFromCore(id: string, name: keyof typeof functions, own: unknown): Promise<boolean> {
  const load = Object.hasOwn(definitions, id) ? definitions[id] : undefined
  if (!load) return false
  const { default: create } = await load()
  return isSameSource(functions[name](create({} as never) as Definition), own)
}
