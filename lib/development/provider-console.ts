import type { ResolvedProvider } from "../config/resolve-providers.js"

/** Where each service registers apps or creates API keys, by the id of its provider. */
const consoles: Readonly<Record<string, string>> = {
  "42-school": "https://profile.intra.42.fr/oauth/applications/new",
  apple: "https://developer.apple.com/account/resources/identifiers/list/serviceId",
  asana: "https://app.asana.com/0/my-apps",
  atlassian: "https://developer.atlassian.com/console/myapps/",
  auth0: "https://manage.auth0.com/",
  "azure-ad": "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
  battlenet: "https://develop.battle.net/access/clients",
  box: "https://app.box.com/developers/console",
  cognito: "https://console.aws.amazon.com/cognito/v2/idp/user-pools",
  discord: "https://discord.com/developers/applications",
  dropbox: "https://www.dropbox.com/developers/apps",
  facebook: "https://developers.facebook.com/apps/",
  figma: "https://www.figma.com/developers/apps",
  forwardemail: "https://forwardemail.net/my-account/security",
  github: "https://github.com/settings/developers",
  gitlab: "https://gitlab.com/-/user_settings/applications",
  google: "https://console.cloud.google.com/apis/credentials",
  instagram: "https://developers.facebook.com/apps/",
  kakao: "https://developers.kakao.com/console/app",
  line: "https://developers.line.biz/console/",
  linkedin: "https://www.linkedin.com/developers/apps",
  loops: "https://app.loops.so/settings?page=api",
  mailgun: "https://app.mailgun.com/settings/api_security",
  "microsoft-entra-id":
    "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
  naver: "https://developers.naver.com/apps/",
  notion: "https://www.notion.so/my-integrations",
  okta: "https://developer.okta.com/login/",
  patreon: "https://www.patreon.com/portal/registration/register-clients",
  pinterest: "https://developers.pinterest.com/apps/",
  postmark: "https://account.postmarkapp.com/servers",
  reddit: "https://www.reddit.com/prefs/apps",
  resend: "https://resend.com/api-keys",
  sendgrid: "https://app.sendgrid.com/settings/api_keys",
  slack: "https://api.slack.com/apps",
  spotify: "https://developer.spotify.com/dashboard",
  strava: "https://www.strava.com/settings/api",
  tiktok: "https://developers.tiktok.com/apps/",
  twitch: "https://dev.twitch.tv/console/apps",
  twitter: "https://developer.x.com/en/portal/dashboard",
  workos: "https://dashboard.workos.com/",
  yandex: "https://oauth.yandex.com/",
  zoom: "https://marketplace.zoom.us/",
}

/**
 * Returns where to register the app or to create its API key: the service's console, or what Auth.js says about the
 * provider.
 *
 * @returns `undefined` for a provider that the app defines itself
 */
export function providerConsole({ definition }: Pick<ResolvedProvider, "definition">): string | undefined {
  const { id } = definition
  if (Object.hasOwn(consoles, id)) return consoles[id]
  return definition.options ? `https://authjs.dev/getting-started/providers/${id}` : undefined
}
