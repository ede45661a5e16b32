import type { Configuration } from "oidc-provider"

/** A client's registration for OpenID Connect Back-Channel Logout. */
export interface BackchannelLogout {
  uri: string
  /** Whether id_tokens and logout tokens contain `sid`; otherwise they contain `sub` alone. */
  sessionRequired: boolean
}

/** A back-channel call, and the app's response. */
export interface LogoutCall {
  token: string
  status: number
}

/** Replaces oidc-provider's own `fetch`, whose dispatcher refuses loopback addresses. */
export function createProviderFetch(calls: LogoutCall[]): NonNullable<Configuration["fetch"]> {
  return async (url, init) => {
    const { method, headers, body } = init ?? {}
    const token = body instanceof URLSearchParams ? body.get("logout_token") : null
    const response = await fetch(String(url), {
      method: method ?? "GET",
      headers: new Headers(headers as HeadersInit),
      body: token === null ? null : new URLSearchParams({ logout_token: token }),
      redirect: "manual",
    })
    if (token !== null) calls.push({ token, status: response.status })
    return response
  }
}

export function toLogoutMetadata(logout: BackchannelLogout | undefined) {
  return (
    logout && {
      backchannel_logout_uri: logout.uri,
      backchannel_logout_session_required: logout.sessionRequired,
    }
  )
}
